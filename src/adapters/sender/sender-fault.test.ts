import assert from "node:assert/strict";
import { test } from "node:test";
import type { NetworkFault } from "#src/core/postbacks/attempt.ts";
import { connectFault, exchangeFault, SenderFault } from "./sender-fault.ts";

const withCode = (code: string): Error => Object.assign(new Error(`failed with ${code}`), { code });

test("errors of connecting have the fault of whoever is to mend them", () => {
  const faults: readonly (readonly [code: string, plain: NetworkFault, secure: NetworkFault])[] = [
    ["ECONNREFUSED", "connect_refused", "connect_refused"],
    ["ENETUNREACH", "connect_refused", "connect_refused"],
    ["EHOSTUNREACH", "connect_refused", "connect_refused"],
    ["ETIMEDOUT", "connect_timeout", "connect_timeout"],
    ["UND_ERR_CONNECT_TIMEOUT", "connect_timeout", "connect_timeout"],
    ["EMFILE", "no_socket", "no_socket"],
    ["EADDRNOTAVAIL", "no_socket", "no_socket"],
    ["ECONNRESET", "reset", "tls_failed"],
    ["CERT_HAS_EXPIRED", "connect_refused", "tls_failed"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "connect_refused", "tls_failed"],
  ];
  for (const [code, plain, secure] of faults) {
    assert.equal(connectFault(withCode(code), false).fault, plain, code);
    assert.equal(connectFault(withCode(code), true).fault, secure, code);
  }
});

test("whatever breaks an open connection is a reset", () => {
  for (const code of ["ECONNRESET", "EPIPE", "ETIMEDOUT", "ERR_SSL_WRONG_VERSION_NUMBER"])
    assert.equal(exchangeFault(withCode(code)).fault, "reset", code);
});

test("a fault that was named already stays", () => {
  const refused = new SenderFault("address_refused", "10.0.0.1 is refused");
  assert.equal(connectFault(refused, true), refused);
  assert.equal(exchangeFault(refused), refused);
});

test("of several addresses that failed each is told", () => {
  const failed = Object.assign(new AggregateError([withCode("ECONNREFUSED"), withCode("ENETUNREACH")]), {
    code: "ECONNREFUSED",
  });
  const { fault, message } = connectFault(failed, false);
  assert.equal(fault, "connect_refused");
  assert.equal(message, "failed with ECONNREFUSED; failed with ENETUNREACH");
});
