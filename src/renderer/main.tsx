import { connectHost } from './connection/index.ts'
import { showPage } from './page/index.ts'

showPage(connectHost())
