import { expect, test } from "vitest";

import { panelSections } from "@/charts/panel-sections";

const metric = (key: string, isCurve = true) => ({ key, isCurve });

test("few metrics need no sections", () => {
  const sections = panelSections([metric("train/loss"), metric("val/loss"), metric("f1", false)], "", []);
  expect(sections).toHaveLength(1);
  expect(sections[0]?.curves.map(({ key }) => key)).toEqual(["train/loss", "val/loss"]);
  expect(sections[0]?.singles.map(({ key }) => key)).toEqual(["f1"]);
});

test("many metrics stand in sections by prefix, in natural order, the system's last and closed", () => {
  const metrics = [10, 2].flatMap((layer) => Array.from({ length: 8 }, (_, place) => metric(`layer${layer}/m${place}`))).concat(metric("system/cpu"), metric("loss"));
  const sections = panelSections(metrics, "", []);
  expect(sections.map(({ name, isOpen }) => [name, isOpen])).toEqual([["", true], ["layer2", true], ["layer10", true], ["system", false]]);
  expect(panelSections(metrics, "", ["system", "layer2"]).map(({ isOpen }) => isOpen)).toEqual([true, false, true, true]);
});

test("beyond 60 panels sections wait to be opened", () => {
  const metrics = Array.from({ length: 2000 }, (_, place) => metric(`s${Math.floor(place / 50)}/m${place}`));
  expect(panelSections(metrics, "", []).filter(({ isOpen }) => isOpen)).toHaveLength(1);
});

test("panels are found by a pattern, and by what is no pattern as it stands", () => {
  const metrics = [metric("val/loss"), metric("val/acc"), metric("a[b")];
  expect(panelSections(metrics, "loss$", [])[0]?.curves).toHaveLength(1);
  expect(panelSections(metrics, "a[b", [])[0]?.curves.map(({ key }) => key)).toEqual(["a[b"]);
});
