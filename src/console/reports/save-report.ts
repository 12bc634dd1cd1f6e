/** A4 upright, in millimetres. */
const page = { width: 210, height: 297, margin: 10 }

const paper = '#ffffff'

/** Around the picture, in its pixels. */
const pictureMargin = 48

/** How many device pixels a CSS pixel becomes: sharp in print, not yet huge. */
const density = 2

/**
 * Puts the page into light colours, whatever the theme: paper is white.
 * @returns what puts the theme back
 */
export function asOnPaper(): () => void {
  const root = document.documentElement
  const scheme = root.dataset.mantineColorScheme
  root.dataset.mantineColorScheme = 'light'
  return () => {
    if (scheme) root.dataset.mantineColorScheme = scheme
  }
}

async function picture(sheet: HTMLElement): Promise<HTMLCanvasElement> {
  const { toCanvas } = await import('html-to-image')
  const back = asOnPaper()
  try {
    return await toCanvas(sheet, {
      pixelRatio: density,
      backgroundColor: paper,
      filter: (element) => !element.classList?.contains('no-print'),
    })
  } finally {
    back()
  }
}

/** @returns the sheet as a picture */
export async function reportAsPng(sheet: HTMLElement): Promise<Blob> {
  const drawn = await picture(sheet)
  const canvas = document.createElement('canvas')
  canvas.width = drawn.width + 2 * pictureMargin
  canvas.height = drawn.height + 2 * pictureMargin
  const context = canvas.getContext('2d')
  if (context) {
    context.fillStyle = paper
    context.fillRect(0, 0, canvas.width, canvas.height)
    context.drawImage(drawn, pictureMargin, pictureMargin)
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('The picture is empty.'))), 'image/png'),
  )
}

/** @returns the sheet on A4 pages, cut only between its parts */
export async function reportAsPdf(sheet: HTMLElement): Promise<Blob> {
  const canvas = await picture(sheet)
  const { jsPDF } = await import('jspdf')
  const pdf = new jsPDF({ unit: 'mm', format: 'a4', compress: true })
  const inner = { width: page.width - 2 * page.margin, height: page.height - 2 * page.margin }
  const scale = canvas.width / inner.width
  cuts(sheet, canvas.width, inner.height * scale).forEach(([top, bottom], index) => {
    if (index > 0) pdf.addPage()
    const part = document.createElement('canvas')
    part.width = canvas.width
    part.height = bottom - top
    part.getContext('2d')?.drawImage(canvas, 0, -top)
    pdf.addImage(part, 'JPEG', page.margin, page.margin, inner.width, part.height / scale)
  })
  return pdf.output('blob')
}

/** From and to, in pixels of the picture, of what goes on each page. */
function cuts(sheet: HTMLElement, width: number, most: number): readonly (readonly [number, number])[] {
  const frame = sheet.getBoundingClientRect()
  const scale = width / frame.width
  const bottoms = [...sheet.querySelectorAll('[data-part]')]
    .map((part) => Math.ceil((part.getBoundingClientRect().bottom - frame.top) * scale))
    .toSorted((one, other) => one - other)
  const end = Math.floor(frame.height * scale)
  const pages: [number, number][] = []
  let top = 0
  while (end - top > most) {
    const bottom = bottoms.findLast((it) => it > top && it - top <= most) ?? Math.floor(top + most)
    pages.push([top, bottom])
    top = bottom
  }
  return [...pages, [top, end]]
}

/** Hands a file to the browser's downloads. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
