import { expect, test } from 'vitest'
import { cookieName, judge, type Knock } from './gate.ts'

const port = 8123
const token = 'secret'
const visit: Knock = {
  method: 'GET',
  host: `127.0.0.1:${port}`,
  origin: undefined,
  cookie: `${cookieName(port)}=${token}`,
  ticket: null,
  upgrade: false,
}
const socket: Knock = { ...visit, origin: `http://127.0.0.1:${port}`, upgrade: true }

test('a page with the cookie may read, and open its socket', () => {
  expect(judge(visit, port, token)).toEqual({ pass: true, enter: false })
  expect(judge(socket, port, token)).toEqual({ pass: true, enter: false })
})

test('a first visit with the token in its address is let in', () => {
  expect(judge({ ...visit, cookie: undefined, ticket: token }, port, token)).toEqual({ pass: true, enter: true })
})

test.each([
  ['no cookie', { ...visit, cookie: undefined }, 401],
  ['a wrong token', { ...visit, cookie: `${cookieName(port)}=wrong!` }, 401],
  ['the cookie of another port', { ...visit, cookie: `${cookieName(1)}=${token}` }, 401],
  ['a wrong ticket', { ...visit, cookie: undefined, ticket: 'wrong!' }, 401],
  ['a ticket on a socket', { ...socket, cookie: undefined, ticket: token }, 401],
  ['a foreign host', { ...visit, host: `evil.example:${port}` }, 403],
  ['no host', { ...visit, host: undefined }, 403],
  ['another port in the host', { ...visit, host: '127.0.0.1:1' }, 403],
  ['a foreign origin', { ...visit, origin: 'http://evil.example' }, 403],
  ['a socket without an origin', { ...socket, origin: undefined }, 403],
  ['a socket from a sandboxed frame', { ...socket, origin: 'null' }, 403],
  ['a socket from another port', { ...socket, origin: 'http://127.0.0.1:1' }, 403],
  ['a post without an origin', { ...visit, method: 'POST' }, 403],
])('%s is refused', (_, knock, status) => {
  expect(judge(knock, port, token)).toEqual({ pass: false, status })
})
