type Visited = { readonly status: number; readonly url: string; readonly text: string };

/** What a browser does of what signing in needs: it keeps cookies by host and path, and follows redirects with GET. */
export type ABrowser = {
  readonly visit: (url: string) => Promise<Visited>;
  /** One step of it: where it is sent on to is not followed. */
  readonly step: (url: string) => Promise<Visited & { readonly location: string | null }>;
};

type Cookie = { readonly host: string; readonly name: string; readonly value: string; readonly path: string };

const redirectsMax = 10;

/** `hosts`: addresses of this machine by the origin that stands before them, as a proxy's. */
export const aBrowser = (hosts: Readonly<Record<string, string>> = {}): ABrowser => {
  const jar = new Map<string, Cookie>();

  const keep = (host: string, line: string): void => {
    const [pair = "", ...attributes] = line.split(";").map((part) => part.trim());
    const at = pair.indexOf("=");
    const attribute = (name: string) =>
      attributes.find((text) => text.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1);
    const path = attribute("path") ?? "/";
    const cookie = { host, name: pair.slice(0, at), value: pair.slice(at + 1), path };
    const key = [host, path, cookie.name].join(" ");
    const isGone = attribute("max-age") === "0" || Date.parse(attribute("expires") ?? "9999") < 86_400_000;
    if (isGone) jar.delete(key);
    else jar.set(key, cookie);
  };

  const step: ABrowser["step"] = async (url) => {
    const asked = new URL(url);
    const cookies = [...jar.values()].filter(
      ({ host, path }) => host === asked.host && asked.pathname.startsWith(path),
    );
    const answer = await fetch((hosts[asked.origin] ?? asked.origin) + asked.pathname + asked.search, {
      redirect: "manual",
      headers: cookies.length === 0 ? {} : { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") },
    });
    for (const line of answer.headers.getSetCookie()) keep(asked.host, line);
    const location = answer.headers.get("location");
    const next = location === null ? null : new URL(location, url).href;
    return { status: answer.status, url, text: await answer.text(), location: next };
  };

  return {
    step,
    visit: async (url) => {
      let visited = await step(url);
      for (let redirects = 0; visited.location !== null && redirects < redirectsMax; redirects += 1)
        visited = await step(visited.location);
      return visited;
    },
  };
};
