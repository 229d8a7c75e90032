// The entry of the add-in: WPS opens a page of its own making that loads this file, then reads ribbon.xml.
for (const part of ["host.js", "talk.js", "ribbon.js"]) {
  document.write(`<script src="${part}"></script>`);
}
