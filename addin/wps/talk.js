// The conversation with the service on this machine: it says what to do next, this side does it and answers.
"use strict";

const JUESUAN_TRIES = 40; // of a quarter of a second each, for a service that is only starting
const JUESUAN_PATIENCE = 8; // of them before a start is asked for on Linux, where the service starts at log-in
const JUESUAN_BROKEN = "本机服务中断；改动前的副本在“备份”里，请再点一次按钮，仍不行的运行 juesuan addin doctor。";

// Where the service listens and its token, as it wrote them down for this user; null while there is no such thing.
function juesuanAddress() {
  const { FileSystem: files } = window.Application;
  const path = `${juesuanFolder(window.Application)}/service.json`;
  try {
    const found = files.Exists(path) ? JSON.parse(files.ReadFile(path)) : null;
    return found && found.port && found.token ? found : null;
  } catch (error) {
    return null;
  }
}

// The folder of the add-in's own files: what place.js says, else where it is by default.
function juesuanFolder(app) {
  if (typeof JUESUAN_FOLDER === "string") return JUESUAN_FOLDER;
  const home = app.Env.GetHomePath().replace(/[\\/]+$/, "");
  return juesuanWindows(home) ? `${home}/AppData/Local/juesuan` : `${home}/.local/share/juesuan`;
}

function juesuanWindows(path) {
  return path.includes("\\") || /^[A-Za-z]:/.test(path);
}

function juesuanStarter(folder) {
  return `${folder}/${juesuanWindows(folder) ? "start-service.cmd" : "start-service.sh"}`;
}

async function juesuanPost(address, path, body) {
  const answer = await fetch(`http://127.0.0.1:${address.port}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Juesuan-Token": address.token },
    body: JSON.stringify(body),
  });
  const content = await answer.json();
  if (!answer.ok) throw new Error(content.error || `服务答复 ${answer.status}`);
  return content;
}

// Whether nobody was there, or an answer broke off: fetch says both in English.
function juesuanCut(error) {
  return error instanceof TypeError || error instanceof SyntaxError;
}

// The first call, with the service started where it does not run yet.
async function juesuanBegin(action, host) {
  const folder = juesuanFolder(window.Application);
  const starter = juesuanStarter(folder);
  const wait = juesuanWindows(folder) ? 0 : JUESUAN_PATIENCE;
  for (let go = 0; go < JUESUAN_TRIES; go += 1) {
    const address = juesuanAddress();
    if (address) {
      try {
        return [address, await juesuanPost(address, "/v1/press", { action, program: host.program() })];
      } catch (error) {
        if (!juesuanCut(error) && !/令牌/.test(error.message)) throw error;
      }
    }
    if (go === wait) host.quietly(() => host.start_service(starter)); // if it cannot, the dialog says how to
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const how = juesuanWindows(folder) ? `请双击 ${starter.replace(/\//g, "\\")}` : `请在终端里运行 sh "${starter}"`;
  throw new Error(`本机服务没有启动；${how}，再点一次按钮，仍不行的运行 juesuan addin doctor。`);
}

async function juesuanTalk(action, host) {
  let step = {};
  try {
    step = await juesuanAnswers(action, host);
  } finally {
    juesuanLeave(host, Boolean(step.done));
  }
  if (step.error) alert(step.error);
  return Boolean(step.done);
}

// The calls one after another; the last step.
async function juesuanAnswers(action, host) {
  let [address, step] = await juesuanBegin(action, host);
  while (step.call) {
    const answer = { session: step.session };
    try {
      const { method, arguments: given } = step.call;
      if (!JuesuanHost.methods.has(method)) throw new Error(`没有 ${method} 这个操作，请更新 WPS 加载项。`);
      answer.result = host[method](given);
      if (answer.result === undefined) answer.result = null;
    } catch (error) {
      answer.error = String(error.message || error);
    }
    try {
      step = await juesuanPost(address, "/v1/answer", answer);
    } catch (error) {
      throw juesuanCut(error) ? new Error(JUESUAN_BROKEN) : error;
    }
  }
  return step;
}

// However a press ends, the window is not left frozen, nor sheets open when it was not carried through.
function juesuanLeave(host, done) {
  const failed = done ? [] : host.restore();
  host.quietly(() => host.working({ text: null }));
  if (failed.length) alert(`“${failed.join("”“")}”没有能够恢复保护，请在“审阅”里重新保护。`);
}
