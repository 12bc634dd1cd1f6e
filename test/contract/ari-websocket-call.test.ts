import { describeAriCall } from './ari-call.ts'

describeAriCall('websocket')
