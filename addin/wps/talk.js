// The conversation with the service on this machine: it says what to do next, this side does it and answers.
"use strict";

const JUESUAN_TRIES = 40; // of a quarter of a second each, for a service that is only starting

// Where the service listens and its token, as it wrote them down for this user.
function juesuanAddress() {
  const app = window.Application;
  const folder = juesuanFolder(app);
  const text = app.FileSystem.ReadFile(`${folder}/service.json`);
  return text ? JSON.parse(text) : null;
}

// The folder of the add-in's own files: the same as juesuan_addin.actions.home() names.
function juesuanFolder(app) {
  const home = app.Env.GetHomePath().replace(/[\\/]+$/, "");
  return home.includes("\\") || /^[A-Za-z]:/.test(home) ? `${home}/AppData/Local/juesuan` : `${home}/.local/share/juesuan`;
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

// The first call, with the service started where it does not run yet.
async function juesuanBegin(action, host) {
  let started = false;
  for (let go = 0; go < JUESUAN_TRIES; go += 1) {
    const address = juesuanAddress();
    if (address) {
      try {
        return [address, await juesuanPost(address, "/v1/press", { action, program: host.program() })];
      } catch (error) {
        if (!(error instanceof TypeError) && !/令牌/.test(error.message)) throw error;
      }
    }
    if (!started) {
      started = true;
      host.start_service(juesuanFolder(window.Application));
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error("本机服务没有启动，请运行 juesuan addin doctor。");
}

async function juesuanTalk(action, host) {
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
    step = await juesuanPost(address, "/v1/answer", answer);
  }
  if (step.error) alert(step.error);
  return Boolean(step.done);
}
