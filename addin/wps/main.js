// The entry of the add-in: WPS opens a page of its own making that loads this file, then reads ribbon.xml.
// place.js is written at installation and says where our own files lie.
for (const part of ["place.js", "host.js", "read.js", "sheet.js", "talk.js", "ribbon.js"]) {
  document.write(`<script src="${part}"></script>`);
}
