import { describeAriCall } from './ari-call.ts'

describeAriCall('ari-client')
