import { showPage } from '../page/index.ts'
import { demoHost } from './demo-host.ts'

showPage(Promise.resolve(demoHost(new URLSearchParams(location.search).get('demo') ?? 'flights')))
