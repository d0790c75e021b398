import { expect, test } from "vitest";

import { addressOfOldLink } from "@/app/redirects";

test.each([
  ["/", "/"],
  ["/experiments/1", "/e/1"],
  ["/experiments/1/runs/abc", "/r/abc"],
  ["/experiments/1/runs/abc/model-metrics", "/r/abc/metrics"],
  ["/experiments/1/runs/abc/artifactPath/plots/roc%20curve.png", "/r/abc/artifacts/plots/roc%20curve.png"],
  ["/experiments/1/models/m-1", "/m/m-1"],
  ["/models/x/versions/3", "/models/x/3"],
  ['/compare-runs?runs=["a","b"]&experiments=["1"]', "/compare?runs=a,b"],
  ["/compare-runs?runs=[", "/experiments"],
])("the old link %s leads to %s", (link, address) => expect(addressOfOldLink(link)).toBe(address));

test("what is no old link leads nowhere", () => expect(addressOfOldLink("/elsewhere")).toBeUndefined());
