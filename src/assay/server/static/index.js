"use strict";

const address = document.getElementById("address");
const state = document.getElementById("experiments-state");
const table = document.getElementById("experiments");

address.textContent = location.origin;

function cell(text) {
  const element = document.createElement("td");
  element.textContent = text;
  return element;
}

function show(experiments) {
  state.textContent = experiments.length === 0 ? "There are no experiments yet." : "";
  table.hidden = experiments.length === 0;
  for (const experiment of experiments) {
    const row = document.createElement("tr");
    const changed = new Date(experiment.last_update_time).toLocaleString();
    row.append(cell(experiment.experiment_id), cell(experiment.name), cell(changed));
    table.tBodies[0].append(row);
  }
}

async function load() {
  const response = await fetch("ajax-api/2.0/mlflow/experiments/search?max_results=20&order_by=last_update_time%20DESC");
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message);
  show(answer.experiments ?? []);
}

load().catch((error) => {
  state.textContent = `The experiments cannot be shown: ${error.message}`;
});
