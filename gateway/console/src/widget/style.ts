/** Both themes; nothing of the page's own styles comes in, nothing of these goes out. */
export const STYLE = `
:host { all: initial; --back: #fff; --text: #1f2430; --weak: #586074; --line: #d5d9e2; --own: #e3edfb; --accent: #1857b8; --on-accent: #fff; --bad: #a8201a;
  font: 15px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; color: var(--text); }
@media (prefers-color-scheme: dark) {
  :host { --back: #1b1f27; --text: #e8eaf0; --weak: #a9b0c0; --line: #3a404d; --own: #24395c; --accent: #8db8ff; --on-accent: #10141b; --bad: #ff9a92; } }
* { box-sizing: border-box; }
button, textarea { font: inherit; color: inherit; }
button { cursor: pointer; min-height: 32px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.open { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; border: 0; border-radius: 24px; padding: 10px 20px; background: var(--accent); color: var(--on-accent);
  box-shadow: 0 2px 12px #0004; }
.panel { position: fixed; right: 16px; bottom: 16px; z-index: 2147483000; width: min(380px, calc(100vw - 32px)); height: min(560px, calc(100vh - 32px)); display: flex;
  flex-direction: column; background: var(--back); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; box-shadow: 0 4px 24px #0005; }
@media (max-width: 480px) { .panel { right: 0; bottom: 0; width: 100vw; height: 100vh; height: 100dvh; border-radius: 0; border: 0; } }
[hidden] { display: none !important; }
header { display: flex; align-items: center; gap: 8px; padding: 8px 12px; border-bottom: 1px solid var(--line); }
h2 { flex: 1; margin: 0; font-size: 16px; }
.plain { background: none; border: 1px solid var(--line); border-radius: 6px; padding: 2px 10px; }
.strong { background: var(--accent); color: var(--on-accent); border: 0; border-radius: 6px; padding: 6px 16px; }
.status { padding: 6px 12px; color: var(--weak); border-bottom: 1px solid var(--line); }
.offline { color: var(--bad); }
.log { flex: 1; overflow-y: auto; padding: 12px; display: flex; flex-direction: column; gap: 8px; }
.one { max-width: 85%; align-self: flex-start; }
.one.customer { align-self: flex-end; }
.who { font-size: 12px; color: var(--weak); }
.text { padding: 8px 12px; border: 1px solid var(--line); border-radius: 10px; white-space: pre-wrap; overflow-wrap: anywhere; }
.customer .text { background: var(--own); border-color: transparent; }
.mark { font-size: 12px; color: var(--weak); }
.mark.bad { color: var(--bad); }
.below { flex: none; max-height: 70%; overflow-y: auto; }
.offer, .rating { padding: 12px; border-top: 1px solid var(--line); display: flex; flex-direction: column; gap: 8px; }
.offer h3, .rating h3 { margin: 0; font-size: 15px; }
.offer ul { margin: 0; padding: 0; list-style: none; display: flex; flex-direction: column; gap: 6px; }
.hit { width: 100%; text-align: left; }
.snippet { display: block; font-size: 13px; color: var(--weak); }
.row { display: flex; gap: 8px; flex-wrap: wrap; }
.star { min-width: 40px; }
form { display: flex; gap: 8px; padding: 8px 12px; border-top: 1px solid var(--line); align-items: end; }
textarea { flex: 1; resize: none; background: var(--back); border: 1px solid var(--weak); border-radius: 6px; padding: 6px 8px; min-height: 40px; max-height: 120px; }
.article { white-space: pre-wrap; overflow-wrap: anywhere; }
.quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
