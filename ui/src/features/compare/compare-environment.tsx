import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import { Row, RunHeads } from "@/features/compare/compare-table";
import { type ComparedRun, compareRow, packageRows } from "@/features/compare/comparison";
import styles from "@/features/compare/compare.module.css";
import { useRecordings } from "@/features/compare/use-recordings";

interface CompareEnvironmentProps {
  readonly runs: readonly ComparedRun[];
  readonly base: number;
  readonly isAll: boolean;
}

const FACTS = ["python", "release", "kernel", "machine", "cpu", "n_cpus", "memory_bytes", "host", "container", "gpus"] as const;

/** What differs in Python, system, hardware and packages. */
export function CompareEnvironment({ runs, base, isAll }: CompareEnvironmentProps) {
  const systems = useRecordings(runs, "environment.json");
  const packages = useRecordings(runs, "packages.txt");
  if (systems.error) return <div className={styles.notice}><ErrorNote what="The environments could not be read." error={systems.error} /></div>;
  if (systems.isPending || packages.isPending) return <Skeleton height={240} />;
  const facts = systems.texts.map(systemFacts);
  const sections = [
    { name: "System", rows: FACTS.map((key) => compareRow(key, facts.map((fact) => fact.get(key)))).filter(({ values }) => values.some((value) => value !== undefined)) },
    { name: "Packages", rows: packageRows(packages.texts.map((text) => text ?? "")) },
  ];
  const nDiffering = sections.flatMap(({ rows }) => rows).filter(({ differs }) => differs).length;
  if (!nDiffering && !isAll) return <EmptyState title="The environments are the same">As far as they were recorded.</EmptyState>;
  return (
    <div className={styles.box} tabIndex={0} role="group" aria-label="Environments">
      <table className={styles.table}>
        <RunHeads runs={runs} base={base} />
        {sections.map(({ name, rows }) => (
          <tbody key={name}>
            <tr className={styles.section}><th colSpan={runs.length + 1} scope="colgroup">{name} · {rows.filter(({ differs }) => differs).length} of {rows.length} differ</th></tr>
            {rows.filter(({ differs }) => isAll || differs).map((row) => <Row key={row.key} row={row} base={base} />)}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function systemFacts(text: string | null | undefined): ReadonlyMap<string, string> {
  if (!text) return new Map();
  try {
    const said: { readonly system?: Record<string, unknown> } = JSON.parse(text);
    return new Map(Object.entries(said.system ?? {}).flatMap(([key, value]) => (value === null || value === undefined ? [] : [[key, typeof value === "object" ? JSON.stringify(value) : String(value)]])));
  } catch {
    return new Map();
  }
}
