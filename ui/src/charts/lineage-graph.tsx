import { useQuery } from "@tanstack/react-query";
import { Box, Database, Play } from "lucide-react";

import { call } from "@/api/call";
import type { LineageGraph as Graph, LineageNode } from "@/api/schema.gen";
import { placeNodes } from "@/charts/lineage-layout";
import styles from "@/charts/lineage.module.css";
import { ErrorNote, Skeleton } from "@/components/notices";
import { Link } from "@/components/link";
import { counted } from "@/format/names";
import { PATHS } from "@/url/paths";

interface LineageGraphProps {
  readonly kind: LineageNode["kind"];
  readonly id: string;
  /** Of a data set. */
  readonly name?: string;
}

const ICONS = { dataset: Database, run: Play, model: Box } as const;
const WORDS = { dataset: "data", run: "run", model: "model" } as const;

/** What something came from, at the left, and what came from it, at the right. */
export function LineageGraph({ kind, id, name = "" }: LineageGraphProps) {
  const { data, error, refetch } = useQuery({ queryKey: ["lineage", kind, id, name], queryFn: ({ signal }) => call("trace_lineage", { kind, id, name }, { signal }) });
  if (error) return <ErrorNote what="The lineage could not be read." error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton height={120} />;
  if (data.nodes.length < 2) return <p className={styles.note}>Nothing is known to have come before this, or after it.</p>;
  return <Drawn graph={data} />;
}

function Drawn({ graph }: { readonly graph: Graph }) {
  const { places, width, height } = placeNodes(graph.nodes);
  const lines = graph.edges.flatMap(({ source, target }) => {
    const [from, to] = [places[source], places[target]];
    return from && to ? [{ key: `${source} ${target}`, path: `M${from.right},${from.middle} C${from.right + 28},${from.middle} ${to.left - 28},${to.middle} ${to.left},${to.middle}` }] : [];
  });
  const centre = graph.nodes.find(({ depth }) => depth === 0);
  return (
    <figure className={styles.figure} aria-label={`Lineage of ${centre?.name ?? ""}: ${counted(graph.nodes.filter(({ depth }) => depth < 0).length, "thing")} before, ${counted(graph.nodes.filter(({ depth }) => depth > 0).length, "thing")} after`}>
      <div className={styles.scroll} tabIndex={0} role="group" aria-label="Lineage">
        <div style={{ position: "relative", width, height }}>
          <svg width={width} height={height} aria-hidden>
            {lines.map(({ key, path }) => <path key={key} d={path} fill="none" stroke="var(--border-strong)" strokeWidth="1.25" />)}
          </svg>
          {graph.nodes.map((node, place) => <NodeCard key={`${node.kind} ${node.id} ${node.name}`} node={node} left={places[place]?.left ?? 0} top={places[place]?.top ?? 0} />)}
        </div>
      </div>
      {graph.is_cut ? <figcaption className={styles.note}>There is more than is drawn here; open something at the edge to go on from there.</figcaption> : null}
    </figure>
  );
}

function NodeCard({ node, left, top }: { readonly node: LineageNode; readonly left: number; readonly top: number }) {
  const Icon = ICONS[node.kind];
  const target = node.kind === "run" ? PATHS.run(node.id) : node.kind === "model" ? PATHS.loggedModel(node.id) : PATHS.dataset(node.id);
  return (
    <div className={styles.node} data-centre={node.depth === 0 || undefined} style={{ left, top }}>
      <Icon size={14} aria-hidden />
      <span>
        <Link to={target} search={node.kind === "dataset" ? { name: node.name } : {}} title={node.name}>{node.name}</Link>
        <small>{WORDS[node.kind]}{node.kind === "dataset" ? ` @${node.id.slice(0, 10)}` : node.status === "FINISHED" || node.status === "LOGGED_MODEL_READY" ? "" : ` · ${node.status.toLowerCase()}`}</small>
      </span>
    </div>
  );
}
