import { useNavigate } from "@tanstack/react-router";
import { ChevronDown, ChevronRight, File, Folder } from "lucide-react";
import { useState } from "react";

import type { FileInfo } from "@/api/schema.gen";
import { useCommands } from "@/components/commands";
import { EmptyState, ErrorNote, Skeleton } from "@/components/notices";
import styles from "@/features/run/run.module.css";
import { counted } from "@/format/names";
import { formatBytes } from "@/format/units";
import { PATHS } from "@/url/paths";
import { ArtifactViewer } from "@/viewers/artifact-viewer";
import { FolderViewer } from "@/viewers/folder-viewer";
import { useFolderFiles } from "@/viewers/use-folder";

interface ArtifactsTabProps {
  readonly runId: string;
  /** The file or folder that is looked at; empty for none. */
  readonly path: string;
}

/** The files of a run: a tree, and what is in the one that is picked. */
export function ArtifactsTab({ runId, path }: ArtifactsTabProps) {
  const root = useFolderFiles(runId, "");
  const folder = useFolderFiles(runId, path.split("/").slice(0, -1).join("/"), path !== "");
  const picked = folder.data?.find((file) => file.path === path);
  const navigate = useNavigate();
  const siblings = folder.data?.filter(({ is_dir }) => !is_dir).map((file) => file.path) ?? [];
  const step = (by: number) => () => {
    const next = siblings[siblings.indexOf(path) + by];
    if (next !== undefined && siblings.includes(path)) void navigate({ to: PATHS.artifact(runId, next) });
  };
  useCommands([
    { name: "next-file", words: "Next file of the folder", group: "Files", keys: ["ArrowRight"], run: step(1) },
    { name: "previous-file", words: "Previous file of the folder", group: "Files", keys: ["ArrowLeft"], run: step(-1) },
  ]);
  if (root.error) return <div className={styles.notice}><ErrorNote what="The files could not be listed." error={root.error} onRetry={() => void root.refetch()} /></div>;
  if (!root.data) return <Skeleton height={240} />;
  if (!root.data.length) return <EmptyState title="This run has logged no files"><code>assay.log_artifact("file.png")</code></EmptyState>;
  return (
    <div className={styles.split}>
      <nav aria-label="Files" className={styles.tree}>
        <Level runId={runId} files={root.data} picked={path} depth={0} />
      </nav>
      {picked && !picked.is_dir ? (
        <ArtifactViewer key={path} runId={runId} path={path} size={Number(picked.file_size ?? 0)} />
      ) : picked?.is_dir ? (
        <FolderViewer key={path} runId={runId} path={path} />
      ) : path && folder.data && !picked ? (
        <EmptyState title={`This run has no file ${path}`} />
      ) : path && folder.isPending ? (
        <Skeleton height={240} />
      ) : (
        <EmptyState title={counted(root.data.length, "entry").replace("entrys", "entries")}>Pick a file to see what is in it.</EmptyState>
      )}
    </div>
  );
}

interface LevelProps {
  readonly runId: string;
  readonly files: readonly FileInfo[];
  readonly picked: string;
  readonly depth: number;
}

const MOST_LISTED = 500;
const INDENT = 14;

function Level({ runId, files, picked, depth }: LevelProps) {
  return (
    <ul>
      {files.slice(0, MOST_LISTED).map((file) => (
        <li key={file.path}>{file.is_dir ? <FolderEntry runId={runId} folder={file} picked={picked} depth={depth} /> : <FileEntry runId={runId} file={file} picked={picked} depth={depth} />}</li>
      ))}
      {files.length > MOST_LISTED ? <li>{`The first ${MOST_LISTED} of ${files.length}.`}</li> : null}
    </ul>
  );
}

function FileEntry({ runId, file, picked, depth }: Omit<LevelProps, "files"> & { readonly file: FileInfo }) {
  const navigate = useNavigate();
  const name = file.path.split("/").at(-1);
  return (
    <button type="button" aria-current={file.path === picked} title={file.path} style={{ paddingLeft: depth * INDENT + 22 }} onClick={() => void navigate({ to: PATHS.artifact(runId, file.path) })}>
      <File size={14} aria-hidden />
      <span>{name}</span>
      <small>{formatBytes(Number(file.file_size ?? 0))}</small>
    </button>
  );
}

function FolderEntry({ runId, folder, picked, depth }: Omit<LevelProps, "files"> & { readonly folder: FileInfo }) {
  const navigate = useNavigate();
  const [isOpen, setIsOpen] = useState(picked === folder.path || picked.startsWith(`${folder.path}/`));
  const { data, error } = useFolderFiles(runId, folder.path, isOpen);
  return (
    <>
      <button type="button" aria-expanded={isOpen} aria-current={folder.path === picked} title={folder.path} style={{ paddingLeft: depth * INDENT + 4 }} onClick={() => {
        setIsOpen(!isOpen);
        if (!isOpen) void navigate({ to: PATHS.artifact(runId, folder.path) });
      }}>
        {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
        <Folder size={14} aria-hidden />
        <span>{folder.path.split("/").at(-1)}</span>
      </button>
      {isOpen && error ? <ErrorNote what="This folder could not be listed." error={error} /> : null}
      {isOpen && data ? <Level runId={runId} files={data} picked={picked} depth={depth + 1} /> : null}
    </>
  );
}
