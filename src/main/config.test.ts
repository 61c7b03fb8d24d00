import assert from "node:assert/strict";
import { test } from "node:test";
import { describeSettings, readClientEnvironment, readConfig, shownSettings } from "./config.ts";

test("an empty environment gives every default", () => {
  const reading = readConfig({});
  assert.equal(reading.kind, "read");
  if (reading.kind !== "read") return;
  assert.equal(reading.config.port, 8080);
  assert.equal(reading.config.host, "127.0.0.1");
  assert.equal(reading.config.encryptionKey, null);
  assert.deepEqual(reading.config.allowedNetworks, []);
  assert.deepEqual(reading.warnings, []);
});

test("the command line wins over the environment, and an empty variable counts as absent", () => {
  const reading = readConfig({ CAROM_PORT: "9000", CAROM_HOST: "", CAROM_LOG_LEVEL: "warn" }, { port: "9001" });
  assert.equal(reading.kind, "read");
  if (reading.kind !== "read") return;
  assert.equal(reading.config.port, 9001);
  assert.equal(reading.config.host, "127.0.0.1");
  assert.equal(reading.config.logLevel, "warn");
});

test("every bad value is refused at once, each with its variable and the fix", () => {
  const reading = readConfig(
    {
      CAROM_PORT: "70000",
      CAROM_RETENTION_EVENTS_DAYS: "1.5",
      CAROM_LOG_LEVEL: "loud",
      CAROM_ALLOWED_NETWORKS: "10.0.0.0/8, 10.0.0.0/33",
    },
    { shutdownGraceSeconds: "-1" },
  );
  assert.equal(reading.kind, "refused");
  if (reading.kind !== "refused") return;
  assert.deepEqual(reading.problems, [
    'CAROM_PORT: "70000" is not a whole number from 0 to 65535.',
    'CAROM_LOG_LEVEL: "loud" is not one of fatal, error, warn, info, debug, trace, silent.',
    'CAROM_ALLOWED_NETWORKS: "10.0.0.0/8, 10.0.0.0/33" is not addresses or CIDR networks split by commas, such as 10.1.2.3 or 10.0.0.0/8 ("10.0.0.0/33" is neither).',
    'CAROM_RETENTION_EVENTS_DAYS: "1.5" is not a whole number of days from 1 to 3650.',
    '--shutdown-grace-seconds: "-1" is not a whole number of seconds from 0 to 600.',
  ]);
});

test("a bare address is a network of one", () => {
  const reading = readConfig({ CAROM_ALLOWED_NETWORKS: "127.0.0.1, 10.0.0.0/8,::1", CAROM_RESOLVERS: "10.0.0.1:5353" });
  assert.ok(reading.kind === "read");
  assert.deepEqual(reading.config.allowedNetworks, ["127.0.0.1/32", "10.0.0.0/8", "::1/128"]);
  assert.deepEqual(reading.config.resolvers, ["10.0.0.1:5353"]);
});

test("a bad encryption key is refused without being shown", () => {
  const reading = readConfig({ CAROM_ENCRYPTION_KEY: "hunter2" });
  assert.equal(reading.kind, "refused");
  if (reading.kind !== "refused") return;
  assert.match(reading.problems[0] ?? "", /^CAROM_ENCRYPTION_KEY: its value is not 64 hexadecimal digits/);
  assert.ok(!JSON.stringify(reading).includes("hunter2"));
});

test("a misspelt variable is named, with the setting that was meant", () => {
  const reading = readConfig({
    CAROM_PROT: "1",
    CAROM_HOTS: "x",
    CAROM_SOMETHING_ELSE: "1",
    CAROM_KEY: "k",
    PATH: "/",
  });
  assert.equal(reading.kind, "read");
  if (reading.kind !== "read") return;
  assert.deepEqual(reading.warnings, [
    "CAROM_PROT is not a setting of Carom; did you mean CAROM_PORT?",
    "CAROM_HOTS is not a setting of Carom; did you mean CAROM_HOST?",
    "CAROM_SOMETHING_ELSE is not a setting of Carom",
  ]);
});

test("every setting is documented, and its default is one that it takes", () => {
  const environment: Record<string, string> = {};
  for (const setting of describeSettings()) {
    assert.match(setting.meaning, /\.$/, setting.variable);
    assert.match(setting.reason, /\.$/, setting.variable);
    if (setting.defaultText !== null) environment[setting.variable] = setting.defaultText;
  }
  assert.equal(readConfig(environment).kind, "read");
});

test("colour follows NO_COLOR before FORCE_COLOR before the terminal", () => {
  assert.equal(readClientEnvironment({}).color, "where_seen");
  assert.equal(readClientEnvironment({ FORCE_COLOR: "1" }).color, "always");
  assert.equal(readClientEnvironment({ FORCE_COLOR: "1", NO_COLOR: "1" }).color, "never");
  assert.equal(readClientEnvironment({ TERM: "dumb" }).color, "never");
});

const provider = {
  CAROM_PUBLIC_URL: "https://carom.example",
  CAROM_OIDC_ISSUER: "https://id.example/realm",
  CAROM_OIDC_CLIENT_ID: "carom",
  CAROM_OIDC_CLIENT_SECRET: "hush hush",
} as const;

test("an identity provider is set as a whole, with the address that people come back to", () => {
  assert.equal(readConfig(provider).kind, "read");
  for (const missing of Object.keys(provider)) {
    const reading = readConfig({ ...provider, [missing]: undefined });
    assert.equal(reading.kind, "refused", missing);
    const [problem = "", ...more] = reading.problems;
    assert.ok(problem.includes(`set ${missing}, too`) && !problem.includes("hush"), problem);
    assert.deepEqual([more, reading.rest.oidcIssuer], [[], null]);
  }
});

test("an issuer is spoken to over TLS, but for one on this machine", () => {
  const kindOf = (issuer: string) => readConfig({ ...provider, CAROM_OIDC_ISSUER: issuer }).kind;
  for (const issuer of ["http://localhost", "http://127.0.0.1:9000/realm", "http://[::1]:9000"])
    assert.equal(kindOf(issuer), "read", issuer);
  for (const issuer of ["http://id.example", "http://localhost.example", "http://localhost:x@id.example", "id.example"])
    assert.equal(kindOf(issuer), "refused", issuer);
});

test("what a server runs with is shown by variable, and nothing that is secret", () => {
  const reading = readConfig({
    CAROM_ALLOWED_NETWORKS: "10.0.0.0/8, 127.0.0.1",
    CAROM_ENCRYPTION_KEY: "ab".repeat(32),
    CAROM_MAIL_URL: "smtp://carom:hush@mail.example",
  });
  assert.ok(reading.kind === "read");
  const shown = shownSettings(reading.config);
  assert.equal(shown["CAROM_ALLOWED_NETWORKS"], "10.0.0.0/8,127.0.0.1/32");
  assert.deepEqual([shown["CAROM_PORT"], shown["CAROM_GEOIP_FILE"]], ["8080", ""]);
  assert.doesNotMatch(JSON.stringify(shown), /abab|hush/);
});
