import { showPage } from '../page/index.ts'
import { demoHost } from './demoHost.ts'

showPage(Promise.resolve(demoHost(new URLSearchParams(location.search).get('demo') ?? 'flights')))
