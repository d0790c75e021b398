// Draws what the page around it sends: a figure, or an HTML artifact. This document has no origin, no
// network and no storage (its Content-Security-Policy says so); it only answers its parent.
(function () {
  var shown = false;
  var tell = function (message) {
    parent.postMessage(message, "*");
  };
  var tellSize = function () {
    tell({ kind: "size", height: Math.ceil(document.documentElement.scrollHeight) });
  };

  function load(names) {
    return names.reduce(function (before, name) {
      return before.then(function () {
        return new Promise(function (resolve, reject) {
          var script = document.createElement("script");
          script.src = self.VENDOR[name];
          script.onload = resolve;
          script.onerror = function () {
            reject(new Error("The library " + name + " could not be loaded."));
          };
          document.head.append(script);
        });
      });
    }, Promise.resolve());
  }

  var SHOW = {
    plotly: function (content, theme) {
      return load(["plotly"]).then(function () {
        var figure = typeof content === "string" ? JSON.parse(content) : content;
        var layout = Object.assign({}, figure.layout, {
          paper_bgcolor: theme.bg,
          plot_bgcolor: theme.bg,
          font: Object.assign({}, figure.layout && figure.layout.font, { color: theme.text }),
          autosize: true,
        });
        return self.Plotly.newPlot("figure", figure.data, layout, { responsive: true, displaylogo: false });
      });
    },
    vega: function (content, theme) {
      return load(["vega", "vegaLite", "vegaEmbed"]).then(function () {
        var spec = typeof content === "string" ? JSON.parse(content) : content;
        var config = { background: theme.bg, style: { "guide-label": { fill: theme.text }, "guide-title": { fill: theme.text } }, title: { color: theme.text } };
        return self.vegaEmbed("#figure", spec, { actions: false, renderer: "canvas", config: config });
      });
    },
    bokeh: function (content) {
      return load(["bokeh", "bokehWidgets", "bokehTables"]).then(function () {
        var item = typeof content === "string" ? JSON.parse(content) : content;
        return item.root_id ? self.Bokeh.embed.embed_item(item, "figure") : self.Bokeh.embed.embed_items(item, [{ roots: {}, root_ids: [], docid: Object.keys(item)[0] }]);
      });
    },
    html: function (content) {
      document.open();
      document.write(content);
      document.close();
      return Promise.resolve();
    },
  };

  addEventListener("message", function (event) {
    var asked = event.data;
    if (event.source !== parent || shown || !asked || asked.kind !== "show" || !Object.hasOwn(SHOW, asked.type)) return;
    shown = true;
    document.documentElement.style.setProperty("--bg", asked.theme.bg);
    document.documentElement.style.setProperty("--text", asked.theme.text);
    SHOW[asked.type](asked.content, asked.theme).then(
      function () {
        tell({ kind: "shown" });
        tellSize();
        new ResizeObserver(tellSize).observe(document.documentElement);
      },
      function (error) {
        tell({ kind: "failed", message: String((error && error.message) || error) });
      },
    );
  });
  // Again and again, because the page around it may not listen yet.
  var announce = function () {
    if (shown) return;
    tell({ kind: "ready" });
    setTimeout(announce, 200);
  };
  addEventListener("DOMContentLoaded", announce);
})();
