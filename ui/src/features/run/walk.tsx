import { useNavigate } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";

import { IconButton } from "@/components/button";
import { useCommands } from "@/components/commands";
import { useRunList } from "@/components/run-list";
import { formatCount } from "@/format/numbers";
import { PATHS } from "@/url/paths";

/** Back and forth through the runs of the table that the reader came from; nothing where there was none. */
export function RunWalk({ runId, tab }: { readonly runId: string; readonly tab: string }) {
  const { ids, first, total } = useRunList();
  const navigate = useNavigate();
  const place = ids.indexOf(runId);
  const to = (next: number) => () => {
    const id = ids[next];
    if (place >= 0 && id !== undefined) void navigate({ to: PATHS.run(id, tab) });
  };
  useCommands([
    { name: "previous-run", words: "Previous run of the table", group: "Runs", keys: ["["], run: to(place - 1) },
    { name: "next-run", words: "Next run of the table", group: "Runs", keys: ["]"], run: to(place + 1) },
  ]);
  if (place < 0) return null;
  return (
    <>
      <IconButton label="Previous run of the table" disabled={place === 0} onClick={to(place - 1)}>
        <ChevronLeft size={16} aria-hidden />
      </IconButton>
      <span className="numeric">{`${formatCount(first + place + 1)} of ${formatCount(total)}`}</span>
      <IconButton label="Next run of the table" disabled={place === ids.length - 1} onClick={to(place + 1)}>
        <ChevronRight size={16} aria-hidden />
      </IconButton>
    </>
  );
}
