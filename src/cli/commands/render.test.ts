import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { runCommand } from "#test/support/run-command.ts";

const folder = mkdtempSync(join(tmpdir(), "carom-render-"));
after(() => rmSync(folder, { recursive: true }));
const fileOf = (name: string, text: string): string => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};

const event = fileOf(
  "event.json",
  '{"app_id":"com.example.game","event_name":"buy it","event_value":{"af_revenue":120.00}}',
);
/** No server is needed: one that is asked would be heard. */
const render = async (argv: readonly string[], stdin = "") => {
  const run = await runCommand(["render", ...argv], () => ({ status: 500, body: "" }), stdin);
  assert.deepEqual(run.heard, []);
  return run;
};

test("a template of a file shows its request, and each macro with where it comes from and how it is encoded", async () => {
  const yaml = `dialect: appsflyer
method: POST
url: https://(param.host)/(event_name)
headers: { x-key: (secret.token) }
content_type: application/json
body: '{"n":"(mapped-iae)","v":(monetary),"c":"(campaign)"}'
`;
  const template = fileOf("template.yaml", yaml);
  const options = ["--parameters", "host=p.example&account=5", "--partner-event", "sale"];
  const { exit, printed, told } = await render([event, "--template", template, ...options]);
  assert.deepEqual([exit, told], ["ok", []]);
  assert.deepEqual(printed, [
    "POST https://p.example/buy%20it",
    "x-key: {secret:token}",
    "content-type: application/json",
    "",
    '{"n":"sale","v":120.00,"c":""}',
    "",
    "macro           from       in                       value             as sent",
    "(param.host)    parameter  url, host                p.example         the same",
    "(event_name)    sdk        url                      buy it            buy%20it",
    "(secret.token)  secret     headers.0.value, header  put in when sent  {secret:token}",
    "(mapped-iae)    server     body, json string        sale              the same",
    "(monetary)      sdk        body, json value         120.00            the same",
    "(campaign)      link       body, json string        none              nothing",
  ]);
});

test("for machines it prints what the API answers, with the proposal", async () => {
  const template = fileOf("template.json", '{"dialect":"carom","url":"https://p.example/?e={event_name}"}');
  const { exit, printed } = await render(["-", "-t", template, "--json"], '{"app_id":"a","event_name":"e"}');
  assert.equal(exit, "ok");
  const { app_id, previews, warnings, proposal } = JSON.parse(printed.join("\n"));
  assert.deepEqual([app_id, warnings, proposal], ["a", [], null]);
  assert.equal(previews[0].request.url, "https://p.example/?e=e");
});

test("a pasted URL is read as what it is likely written in, and every change to it is told", async () => {
  const own = await render([event, "--url", "https://p.example/?e=(event-name)"]);
  assert.equal(own.exit, "ok");
  assert.match(own.told[0] ?? "", /^Read as appsflyer: /);
  assert.equal(own.printed[0], "GET https://p.example/?e=buy%20it");
  const foreign = await render([event, "--url", "https://p.example/?d={adid}&r={{zzz}}"]);
  assert.deepEqual(foreign.told, [
    "Read as carom: look whether that is what was meant (--dialect says which it is).",
    "  https://p.example/?d={device_id}&r={event_value.zzz}",
    "  {adid}   {device_id}        likely, and another value to some: look at it",
    "  {{zzz}}  {event_value.zzz}  guessed: a member of event_value",
  ]);
  const repaired = await render([event, "--url", "https://p.example/?c={click_id}&amp;d={gaid}"]);
  assert.deepEqual(repaired.told.slice(1), [
    "  https://p.example/?c={clickid}&d={advertising_id}",
    "  damage undone; before its macros it reads",
    "  https://p.example/?c={click_id}&d={gaid}",
    "  {click_id}  {clickid}         another name of the same value",
    "  {gaid}      {advertising_id}  another name of the same value",
  ]);
  const json = await render([event, "--json", "--url", "https://p.example/?r={{zzz}}"]);
  assert.equal(JSON.parse(json.printed.join("")).proposal.dialect, "carom");
  const lost = await render([event, "--url", "https://p.example/?e={}"]);
  assert.deepEqual([lost.exit, lost.printed], ["failed", []]);
  assert.match(lost.told[0] ?? "", /nothing can be proposed for this URL: \{\} at character 22 has no name/);
});

test("one misspelled macro does not make text of a pasted URL's others: it is told by its name", async () => {
  const url = "https://p.example/?e=(event-name)&gaid=(advertiserId)&x=(adveriserId)";
  const { exit, told, printed } = await render([event, "--url", url]);
  assert.deepEqual([exit, printed], ["failed", []]);
  assert.match(told[0] ?? "", /^Read as appsflyer: /);
  assert.match(told.join("\n"), /unknown macro \(adveriserId\) at character \d+; did you mean \(advertiserId\)\?/);
  const text = await render([event, "--url", "https://p.example/?e=(see%20there)"]);
  assert.match(text.told[0] ?? "", /^Read as carom: /);
});

test("a template that does not compile in its dialect is told with what it would be in which", async () => {
  const url = "https://p.example/?e={{User ID}}";
  const { exit, told, printed } = await render([event, "--url", url, "--dialect", "appsflyer"]);
  assert.deepEqual([exit, printed], ["failed", []]);
  assert.match(told[0] ?? "", /template\.url: unknown macro \{\{User ID\}\}.*template\.macro_unknown/);
  assert.match(told[1] ?? "", /^Read as leanplum: /);
  assert.equal(told[2], `  ${url}`);
});

test("a likely mistake is told with its repair, and a value that skips the event with its macro", async () => {
  const damaged = await render([event, "--dialect", "appsflyer", "--url", "https://p.example/?e=(event-name)&amp;a=1"]);
  assert.equal(damaged.exit, "ok");
  assert.match(damaged.told[0] ?? "", /^warning {2}template\.url: &amp; at character/);
  assert.equal(damaged.told[1], "  write https://p.example/?e=(event-name)&a=1");
  const skipping = fileOf("skip.yaml", "dialect: appsflyer\nurl: https://p.example/?c=(campaign)\non_missing: skip\n");
  const skipped = await render([event, "--template", skipping]);
  assert.equal(skipped.exit, "failed");
  assert.match(skipped.printed[0] ?? "", /^no request {2}\(campaign\) has no value/);
  assert.match(skipped.printed.at(-1) ?? "", /none +left out$/);
});

test("a parameter that is lacking is told with the option that gives it", async () => {
  const url = "https://p.example/?a=[AFF_ID]&b={click_id}";
  const { exit, told } = await render([event, "--url", url]);
  assert.equal(exit, "failed");
  assert.match(told.join("\n"), /error {2}parameters\.aff_id: /);
  assert.doesNotMatch(told.join("\n"), /apps\[0\]/);
  assert.equal(told.at(-1), "  give what an integration would fill in: --parameters 'aff_id=…'");
  assert.equal((await render([event, "--url", url, "--parameters", "aff_id=5"])).exit, "ok");
});

test("revenue is masked as it would be for the partner", async () => {
  const url = "https://p.example/?v=(monetary)";
  const { printed } = await render([event, "--dialect", "appsflyer", "--url", url, "--data-sharing", "none"]);
  assert.ok(!printed.join("\n").includes("120"));
});

test("what is wrong with a file or an option is told with its place", async () => {
  const template = fileOf("good.yaml", "dialect: carom\nurl: https://p.example/\n");
  const refusals: readonly (readonly [readonly string[], RegExp])[] = [
    [[event], /give the template as --template <file>, or as --url <url>/],
    [[event, "--template", template, "--url", "https://p.example/"], /give the template as/],
    [[event, "--template", template, "--dialect", "carom"], /--dialect goes with --url/],
    [[event, "--template", fileOf("empty.yaml", "\n")], /empty\.yaml: the template is empty/],
    [[event, "--template", fileOf("broken.json", '{\n"url" 1}')], /broken\.json:2: this is not JSON/],
    [[event, "--template", fileOf("list.yaml", "- 1\n")], /list\.yaml: a template has members/],
    [[event, "--template", fileOf("less.yaml", "dialect: carom\n")], /template\.url: is missing and required/],
    [[event, "--url", "https://p.example/", "--dialect", "adbe"], /template\.dialect: must be .*adobe/],
    [[event, "--template", template, "--data-sharing", "all"], /data_sharing: must be/],
    [[fileOf("bad.json", '{"a":'), "--template", template], /bad\.json:1: this is not JSON: see column 6/],
    [[fileOf("nameless.json", '{"app_id":"a"}'), "--template", template], /event\.event_name: name the event/],
  ];
  for (const [argv, sentence] of refusals) {
    const { exit, told, printed } = await render(argv);
    assert.deepEqual([exit, printed], ["failed", []], argv.join(" "));
    assert.match(told.join("\n"), sentence);
  }
  const piped = await render(["-", "--template", template], "nothing");
  assert.match(piped.told[0] ?? "", /standard input:1: this is not JSON/);
});
