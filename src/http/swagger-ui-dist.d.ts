declare module 'swagger-ui-dist' {
  /** Folder that holds its files. */
  export function absolutePath(): string
}
