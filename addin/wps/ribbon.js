// What ribbon.xml calls. Control ids are "juesuan_" and the name of an action, as in Excel.
"use strict";

function OnAddinLoad(ribbonUI) {
  window.Application.ribbonUI = ribbonUI;
  return true;
}

function GetImage(control) {
  return `images/${juesuanAction(control)}.png`;
}

let juesuanBusy = false;

// One press of a button; resolves to whether it went well.
async function JuesuanPress(control) {
  if (juesuanBusy) {
    alert("上一次操作还没有做完，请稍候。");
    return false;
  }
  juesuanBusy = true;
  try {
    if (!window.Application.ActiveWorkbook) {
      alert("请先打开一个工作簿。");
      return false;
    }
    return await juesuanTalk(juesuanAction(control), new JuesuanHost(window.Application));
  } catch (error) {
    alert(`没有做完：${error.message || error}`);
    return false;
  } finally {
    juesuanBusy = false;
  }
}

function juesuanAction(control) {
  return String(control.Id || control.ID).replace(/^juesuan_/, "");
}
