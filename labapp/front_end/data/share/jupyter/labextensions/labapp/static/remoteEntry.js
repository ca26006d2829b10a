// The course's extension of JupyterLab, written as JupyterLab loads it: nobody has to build it.
//
// JupyterLab wants a container of webpack's module federation: an object with `init`, which is handed what
// all extensions share, and `get`, which returns a factory of the plugins. A browser keeps these files for
// ever; the stamp behind the name in package.json, which is handed on to every module, has it fetch them
// anew.
(() => {
  const { src } = document.currentScript;
  const modules = [
    "stored_views.js",
    "without_widgets.js",
    "pictures.js",
    "stage.js",
    "cover.js",
    "terminal.js",
    "way.js",
    "notes.js",
    "progress.js",
    "reset.js",
    "present.js",
    "speaker.js",
  ];
  const at = (name) => Object.assign(new URL(name, src), { search: new URL(src).search }).href;
  // Another of these files: what a plugin is made of, or shares with others.
  const part = (name) => import(at(name));
  let scope;

  // A module that JupyterLab brings, such as "@lumino/widgets": the version that is in use.
  async function shared(name) {
    const versions = Object.values(scope[name] ?? {});
    const chosen = versions.find(({ loaded }) => loaded) ?? versions.at(-1);
    if (!chosen) throw new Error(`JupyterLab brings no ${name}`);
    return (await chosen.get())();
  }

  // What the course's part of Jupyter's server answers (labapp/course/desk); an error says what it says.
  async function ask(name, given) {
    const { ServerConnection } = await shared("@jupyterlab/services");
    const settings = ServerConnection.makeSettings();
    const request = given ? { method: "POST", body: JSON.stringify(given) } : {};
    const answer = await ServerConnection.makeRequest(`${settings.baseUrl}labapp/${name}`, request, settings);
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(found.message ?? `the server answers ${answer.status}`);
    return found;
  }

  async function get() {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: at("style.css") });
    document.head.append(style);
    const plugins = await Promise.all(
      modules.map(async (name) => (await part(name)).plugin(shared, ask, part)),
    );
    return () => ({ __esModule: true, default: plugins });
  }

  window._JUPYTERLAB ??= {};
  window._JUPYTERLAB.labapp = {
    get,
    init(given) {
      scope = given;
    },
  };
})();
