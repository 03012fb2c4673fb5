import { readFileSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { deflateRawSync } from "node:zlib";
const ROOT="/tmp/prof/web", TYPES={ ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };
const server = createServer(({ url }, r) => { const path = normalize(new URL(url, "http://page").pathname.replace(/\/$/, "/index.html")); try { const c = readFileSync(join(ROOT, path)); r.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" }).end(c);} catch { r.writeHead(404).end(); } });
await new Promise((r) => server.listen(0, "127.0.0.1", r));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
const scenario = readFileSync("examples/busy-vcpus.yaml", "utf8");
await page.goto(`http://127.0.0.1:${server.address().port}/#s=${deflateRawSync(scenario).toString("base64url")}`);
await page.getByRole("button", { name: "Run", exact: true }).and(page.locator(":enabled")).waitFor();
await page.getByRole("spinbutton", { name: "replicas a policy" }).fill(process.argv[2] ?? "60000");
await page.getByRole("spinbutton", { name: "workers" }).fill("2");
const cdp = await page.context().newCDPSession(page); await cdp.send("Profiler.enable"); await cdp.send("Profiler.start");
const t=performance.now();
await page.evaluate(async()=>{const b=document.querySelector("#panel-run form.controls > button"); const says=(t)=>new Promise(r=>{const look=()=>{if(b.textContent===t){o.disconnect();r();}}; const o=new MutationObserver(look); o.observe(b,{childList:true,characterData:true,subtree:true}); look();}); b.click(); await says("Stop"); await says("Run");});
console.log("ms", performance.now()-t);
const {profile}=await cdp.send("Profiler.stop"); const self={}; const byId=new Map(profile.nodes.map(n=>[n.id,n])); profile.samples.forEach((id,i)=>{const n=byId.get(id); const k=n.callFrame.functionName+" "+n.callFrame.url.split("/").pop()+":"+n.callFrame.lineNumber; self[k]=(self[k]??0)+profile.timeDeltas[i]/1000;}); console.table(Object.entries(self).sort((a,b)=>b[1]-a[1]).slice(0,40).map(([k,v])=>[k,Math.round(v)])); await browser.close(); server.close(); process.exit();
await browser.close(); server.close();
const { traceEvents: ev } = JSON.parse(readFileSync("/tmp/prof/trace.json"));
const names={}; for (const e of ev) if (e.name==="thread_name") names[`${e.pid}/${e.tid}`]=e.args.name;
const procs={}; for (const e of ev) if (e.name==="process_name") procs[e.pid]=e.args.name;
const cpu={}; for (const e of ev) if (e.ph==="X" && /RunTask/.test(e.name)) { const k=`${procs[e.pid]} ${names[`${e.pid}/${e.tid}`]}`; (cpu[k]??={n:0,t:0,w:0,max:0}); cpu[k].n++; cpu[k].t+=e.tdur??0; cpu[k].w+=e.dur??0; cpu[k].max=Math.max(cpu[k].max,e.dur??0);}
console.table(Object.fromEntries(Object.entries(cpu).map(([k,v])=>[k,{n:v.n,cpuMs:Math.round(v.t/1000),wallMs:Math.round(v.w/1000),maxMs:Math.round(v.max/1000)}])));
const main=Object.entries(names).filter(([k,n])=>n==="CrRendererMain").map(([k])=>k);
for (const m of main) { const tasks=ev.filter(e=>`${e.pid}/${e.tid}`===m && e.ph==="X" && /RunTask/.test(e.name) && e.dur>25000).sort((a,b)=>b.dur-a.dur).slice(0,12);
 for (const t of tasks) { const inside=ev.filter(e=>`${e.pid}/${e.tid}`===m && e.ph==="X" && e.ts>=t.ts && e.ts+ (e.dur??0)<=t.ts+t.dur && e!==t && e.dur>2500 && !/RunTask/.test(e.name)); console.log(Math.round(t.dur/1000), "cpu", Math.round((t.tdur??0)/1000), inside.slice(0,12).map(e=>`${e.name}${e.args?.data?.functionName?":"+e.args.data.functionName:""} ${Math.round(e.dur/1000)}`).join(", ")); } }
