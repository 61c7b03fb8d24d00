/** The one stylesheet of all pages. Colours come from the system's, so that dark and light are what the person has set. */
export const pageStyle = `:root{color-scheme:light dark;--line:#8888;--faint:#666;--accent:#1d4ed8;--on-accent:#fff;--alert:#b42318}
@media (prefers-color-scheme:dark){:root{--faint:#aaa;--accent:#8ab4f8;--on-accent:#111;--alert:#ff9d92}}
*{box-sizing:border-box}
body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem}
header{font-weight:600;color:var(--faint)}
h1{font-size:1.5rem;line-height:1.25;margin:.25rem 0 1rem}
p,form,ul,dl{margin:0 0 1rem}
label{display:block;font-weight:600;margin-top:1rem}
input{display:block;width:100%;font:inherit;padding:.6rem;margin-top:.25rem;border:1px solid var(--line);border-radius:6px}
input[readonly]{border-style:dashed;color:var(--faint)}
input[aria-invalid]{border-color:var(--alert)}
.hint{font-size:.875rem;color:var(--faint);margin:.25rem 0 0}
.fault{color:var(--alert);margin:.25rem 0 0}
.alert{border:1px solid var(--alert);color:var(--alert);border-radius:6px;padding:.6rem .8rem}
button,.button{display:block;width:100%;font:inherit;font-weight:600;text-align:center;text-decoration:none;padding:.6rem;margin-top:1.25rem;border:1px solid var(--accent);border-radius:6px;background:var(--accent);color:var(--on-accent);cursor:pointer}
button.plain,.button.plain{background:none;color:var(--accent)}
a{color:var(--accent)}
.button{color:var(--on-accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem}
dt{color:var(--faint)}
dd{margin:0;overflow-wrap:anywhere}
code{overflow-wrap:anywhere}
`;
