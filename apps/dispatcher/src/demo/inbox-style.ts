/** How the inbox looks, in light and in dark. */
export const INBOX_STYLE: string = `:root { color-scheme: light dark; --line: light-dark(#ddd, #3a3d42); --quiet: light-dark(#616061, #a3a6ab);
  --card: light-dark(#fff, #1f2126); --page: light-dark(#f6f6f4, #15171a); --good: light-dark(#00693e, #5fd3a0); --bad: light-dark(#b3261e, #ff8f87); }
* { box-sizing: border-box; }
body { margin: 0; padding: 2rem clamp(1rem, 5vw, 4rem); font: 15px/1.5 system-ui, sans-serif; background: var(--page); }
header, main { max-width: 62rem; margin: 0 auto; }
h1 { margin: 0; font-size: 1.6rem; }
header p, small, time, .empty { color: var(--quiet); }
section { margin: 1.5rem 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; }
h2 { margin: 0; padding: .7rem 1rem; font-size: 1rem; border-bottom: 1px solid var(--line); }
h2 small { font-weight: normal; margin-left: .5rem; }
article { padding: .7rem 1rem; }
article + article { border-top: 1px solid var(--line); }
p { margin: 0; overflow-wrap: anywhere; }
article:has(.avatar) { display: grid; grid-template-columns: 36px minmax(0, 1fr); gap: .6rem; }
.avatar { width: 36px; height: 36px; border-radius: 8px; background: #4a154b; color: #fff; display: grid; place-items: center; font-weight: 700; }
.app { font-size: .65rem; font-weight: 700; padding: 0 .25rem; border-radius: 3px; background: var(--line); vertical-align: middle; }
time { font-size: .8rem; }
.good { color: var(--good); } .bad { color: var(--bad); }
.said { display: grid; gap: .3rem; justify-items: start; }
.said h3 { margin: 0; font-size: 1rem; }
.quiet { color: var(--quiet); font-size: .85rem; }
mark { background: light-dark(#fdf0c8, #4a3d12); color: inherit; padding: 0 .15rem; border-radius: 3px; }
.attachment { border-left: 4px solid var(--line); padding-left: .7rem; display: grid; gap: .4rem; width: 100%; }
.attachment.failed { border-color: #e01e5a; } .attachment.succeeded { border-color: #2eb67d; }
.fields { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: .1rem 1rem; font-size: .9rem; }
.button { display: inline-block; padding: .15rem .7rem; border: 1px solid var(--line); border-radius: 5px; color: inherit; text-decoration: none; font-weight: 600; font-size: .85rem; }
.teams .avatar { background: #464eb8; }
.card { width: min(34rem, 100%); border: 1px solid var(--line); border-radius: 6px; overflow: hidden; display: grid; gap: .25rem; padding-bottom: .7rem; font-size: .9rem; }
.card > * { padding: 0 .9rem; }
.card > :last-child { margin-top: .4rem; }
.container.attention, .container.good, .container.plain { padding: .6rem .9rem; margin-bottom: .3rem; font-size: 1rem; background: light-dark(#f0f0f0, #2b2d31); }
.container.attention { background: light-dark(#fbe9e7, #46211e); } .container.good { background: light-dark(#e5f4ea, #16352a); }
.columns { display: grid; grid-template-columns: 84px minmax(0, 1fr); gap: .6rem; }
.columns > :first-child { color: var(--quiet); }
.bold { font-weight: 700; }
.mono { font: 12px/1.5 ui-monospace, monospace; white-space: pre-wrap; }
.http .who { font-size: .9rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0 1rem; margin: .4rem 0; font: 13px/1.6 ui-monospace, monospace; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
summary { cursor: pointer; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; width: 100%; margin: .3rem 0; padding: .7rem; max-height: 24rem; overflow: auto; background: var(--page); border-radius: 6px; font: 12px/1.5 ui-monospace, monospace; }
@media (max-width: 40rem) { body { padding: 1rem; } dl { grid-template-columns: 1fr; } dt { margin-top: .4rem; } }
`;
