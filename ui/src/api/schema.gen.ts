// Made from the server's OpenAPI document by `make ui-schema`; not to be edited.
// document: 0bf3ea3667b3cecc1fd1a0d8a3bdda8ea1157968b52970bc48f83a037663bce7

/** Forget an upload in parts. */
export type AbortMultipart = {
  readonly "directory": string;
  readonly "path": string;
  readonly "upload_id": string;
};

/** One entry for each experiment that was asked for, in that order; unknown ones are left out. */
export type ActivityDescribed = {
  readonly "experiments": readonly (ExperimentActivity)[];
};

/** One level of a folder; paths are relative to the root. */
export type ArtifactFiles = {
  readonly "files"?: readonly (FileInfo)[];
  readonly "next_page_token"?: string | null;
  readonly "root_uri": string;
};

/** A path below the server's artifact root. */
export type ArtifactPath = {
  readonly "path": string;
};

/** One try; without `ended_ms` it still goes on. `launch` names the launcher's start it is from. */
export type Attempt = {
  readonly "ended_ms": number | null;
  readonly "first_step": number | null;
  readonly "host": string | null;
  readonly "launch": string | null;
  readonly "number": number;
  readonly "process": number | null;
  readonly "reason": string | null;
  readonly "started_ms": number;
  readonly "status": RunStatus;
};

/** The attempts of a run, the first one first. */
export type Attempts = {
  readonly "attempts": readonly (Attempt)[];
};

/** Records `first_seq` to `last_seq` of one writer of one run, merged by kind. */
export type Batch = {
  readonly "amendments"?: readonly (SequencedAmendment)[];
  readonly "attempt"?: RunAttempt | null;
  readonly "create"?: RunCreation | null;
  readonly "dataset_inputs"?: readonly (DatasetInput)[];
  readonly "deleted_tags"?: readonly (string)[];
  readonly "end"?: RunEnd | null;
  readonly "first_seq": number;
  readonly "last_seq": number;
  readonly "media"?: readonly (MediaFile)[];
  readonly "metrics"?: string;
  readonly "model_inputs"?: readonly (LoggedModelInput)[];
  readonly "model_outputs"?: readonly (LoggedModelOutput)[];
  readonly "params"?: readonly (SequencedParam)[];
  readonly "rank"?: number | null;
  readonly "run_id": string;
  readonly "tags"?: readonly (RunTag)[];
  readonly "writer_id": string;
};

/** What the store has of this writer now; `experiment_id` where the run lies. */
export type BatchReceipt = {
  readonly "applied_seq": number;
  readonly "experiment_id": string;
  readonly "refused"?: readonly (RefusedRecord)[];
};

/** What the store has of each batch's writer now. */
export type BatchReceipts = {
  readonly "receipts"?: readonly (BatchReceipt)[];
};

/** Batches of many runs, applied together or not at all; `run_ids` are their runs, in this order. */
export type Batches = {
  readonly "batches": readonly (Batch)[];
  readonly "run_ids": readonly (string)[];
};

/** One condition of a filter: how many runs match it alone, and how many match all the others. */
export type ClauseCount = {
  readonly "filter": string;
  readonly "n_runs": number;
  readonly "n_without": number;
};

/** A param that always goes with another one, so that nobody can tell which of them matters. */
export type CollinearParam = {
  readonly "goes_with": string;
  readonly "name": string;
};

/** A column in figures; those of numbers are over finite values, and null where there are none. */
export type ColumnStatistics = {
  readonly "counts": readonly (number)[];
  readonly "edges": readonly (number)[];
  readonly "max": string | number | null;
  readonly "mean": string | number | null;
  readonly "median": string | number | null;
  readonly "min": string | number | null;
  readonly "n_distinct": number;
  readonly "n_missing": number;
  readonly "n_nan": number;
  readonly "n_neginf": number;
  readonly "n_posinf": number;
  readonly "n_runs": number;
  readonly "name": string;
  readonly "std": string | number | null;
  readonly "top": readonly (ValueCount)[];
  readonly "type": string;
};

/** Statistics, one entry for each column asked for. */
export type ColumnsDescribed = {
  readonly "columns": readonly (ColumnStatistics)[];
};

/** All parts have arrived: make the file visible. */
export type CompleteMultipart = {
  readonly "directory": string;
  readonly "parts": readonly (MultipartPart)[];
  readonly "path": string;
  readonly "upload_id": string;
};

/** Values of a param or a tag that begin with `prefix`, most frequent first. */
export type CompleteValues = {
  readonly "column": string;
  readonly "experiment_ids": readonly (string)[];
  readonly "filter"?: string;
  readonly "limit"?: number;
  readonly "prefix"?: string;
  readonly "run_view_type"?: ViewType;
};

/** A new experiment; without a location its files lie under the server's artifact root. */
export type CreateExperiment = {
  readonly "artifact_location"?: string;
  readonly "name": string;
  readonly "tags"?: readonly (ExperimentTag)[];
};

/** A new logged model; its files follow, then it is finalized. */
export type CreateLoggedModel = {
  readonly "experiment_id": string;
  readonly "model_type"?: string | null;
  readonly "name"?: string;
  readonly "params"?: readonly (LoggedModelParameter)[];
  readonly "source_run_id"?: string | null;
  readonly "tags"?: readonly (LoggedModelTag)[];
};

/** An upload in parts to folder `directory`; of `path` only the base name counts. */
export type CreateMultipart = {
  readonly "directory": string;
  readonly "num_parts"?: number;
  readonly "path": string;
};

/** A new run; the server chooses its id. */
export type CreateRun = {
  readonly "experiment_id"?: string;
  readonly "run_name"?: string | null;
  readonly "start_time"?: number;
  readonly "tags"?: readonly (RunTag)[];
  readonly "user_id"?: string | null;
};

/** A state of a page, a JSON object as text, under a name; of all experiments without `experiment_id`. */
export type CreateView = {
  readonly "experiment_id"?: string | null;
  readonly "name": string;
  readonly "state": string;
};

/** A described data set, identified by name and digest; `source` is JSON text. */
export type Dataset = {
  readonly "digest"?: string;
  readonly "name"?: string;
  readonly "profile"?: string | null;
  readonly "schema"?: string | null;
  readonly "source"?: string;
  readonly "source_type"?: string;
};

/** What was said of a data set, and the active runs that used it, the newest first. */
export type DatasetDescribed = {
  readonly "digest": string;
  readonly "n_runs": number;
  readonly "name": string;
  readonly "profile": string | null;
  readonly "runs": readonly (DatasetUse)[];
  readonly "schema": string | null;
  readonly "source": string;
  readonly "source_type": string;
};

/** Metrics on this data set only; without digest, on any version of it. */
export type DatasetFilter = {
  readonly "dataset_digest"?: string | null;
  readonly "dataset_name": string;
};

/** A data set that a run used. */
export type DatasetInput = {
  readonly "dataset": Dataset;
  readonly "tags"?: readonly (InputTag)[];
};

/** Distinct data sets, at most 1,000. */
export type DatasetSummaries = {
  readonly "dataset_summaries"?: readonly (DatasetSummary)[];
};

/** A data set as an experiment's runs used it. */
export type DatasetSummary = {
  readonly "context"?: string | null;
  readonly "digest": string;
  readonly "experiment_id": string;
  readonly "name": string;
};

/** A run that used the data set, and for what. */
export type DatasetUse = {
  readonly "context": string | null;
  readonly "experiment_id": string;
  readonly "run_id": string;
  readonly "run_name": string;
  readonly "start_time_ms": number;
};

/** A label to take off an experiment. */
export type DeleteExperimentTag = {
  readonly "experiment_id": string;
  readonly "key": string;
};

/** A label to take off a logged model. */
export type DeleteLoggedModelTag = {
  readonly "model_id": string;
  readonly "tag_key": string;
};

/** A label to take off a run. */
export type DeleteTag = {
  readonly "key": string;
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
};

/** The predictions, in the order of the first param, then of the second. */
export type DependenceDescribed = {
  readonly "on": readonly (string)[];
  readonly "points": readonly (DependencePoint)[];
  readonly "runs": UsedRuns;
};

/** What is predicted where the params have `values`: the mean over the runs, and their quartiles. */
export type DependencePoint = {
  readonly "high": number;
  readonly "low": number;
  readonly "mean": number;
  readonly "values": readonly (string | number | null)[];
};

/** Experiments by id, at most 1,000. */
export type DescribeActivity = {
  readonly "experiment_ids": readonly (string)[];
};

/** Statistics of chosen columns over all matching runs. */
export type DescribeColumns = {
  readonly "columns": readonly (string)[];
  readonly "experiment_ids": readonly (string)[];
  readonly "filter"?: string;
  readonly "n_bins"?: number;
  readonly "run_view_type"?: ViewType;
};

/** The data set with this name and digest, and a window of the runs that used it. */
export type DescribeDataset = {
  readonly "digest": string;
  readonly "limit"?: number;
  readonly "name": string;
  readonly "offset"?: number;
};

/** How `target` depends on one or two of the params that `params` names, all others as they are. */
export type DescribeDependence = {
  readonly "experiment_ids": readonly (string)[];
  readonly "filter"?: string;
  readonly "on": readonly (string)[];
  readonly "params"?: readonly (string)[];
  readonly "run_view_type"?: ViewType;
  readonly "target": string;
};

/** Who takes the most room in some experiments or in all. */
export type DescribeSpace = {
  readonly "by"?: "artifact" | "experiment" | "metric" | "run";
  readonly "experiment_ids"?: readonly (string)[];
  readonly "max_results"?: number;
  readonly "with_files"?: boolean;
};

/** Which 2 to 50 runs; metrics are held against `base`, the first run when there is none. */
export type DiffRuns = {
  readonly "base"?: string;
  readonly "max_keys"?: number;
  readonly "only_differing"?: boolean;
  readonly "run_ids": readonly (string)[];
};

/** One metric; the extremes are over finite values. It differs when any of the three does. */
export type DiffedMetric = {
  readonly "differs": boolean;
  readonly "key": string;
  readonly "last": DiffedNumber;
  readonly "max": DiffedNumber;
  readonly "min": DiffedNumber;
};

/** One figure of a metric in each run: what it is, and how far it is from the base run. */
export type DiffedNumber = {
  readonly "deltas": readonly (number | string | null)[];
  readonly "percents": readonly (number | string | null)[];
  readonly "values": readonly (number | string | null)[];
};

/** One key: its value in each run in the order asked, null where a run has none. */
export type DiffedText = {
  readonly "differs": boolean;
  readonly "key": string;
  readonly "values": readonly (string | null)[];
};

/** An answer without content: `{}`. */
export type Empty = {

};

/** The body of every error. */
export type ErrorBody = {
  readonly "error_code": string;
  readonly "message": string;
};

/** Something changed: a run, or with no `run_id` its experiment. */
export type Event = {
  readonly "changed": readonly (string)[];
  readonly "experiment_id": string;
  readonly "id": string;
  readonly "run_id": string | null;
  readonly "timestamp": number;
};

/** Events in order; `next` is what to ask for next, `has_more` that it is there already. */
export type EventList = {
  readonly "events": readonly (Event)[];
  readonly "has_more": boolean;
  readonly "next": string;
};

/** A named group of runs; `artifact_location` is where its runs keep their files. */
export type Experiment = {
  readonly "artifact_location": string;
  readonly "creation_time": number;
  readonly "experiment_id": string;
  readonly "last_update_time": number;
  readonly "lifecycle_stage": "active" | "deleted";
  readonly "name": string;
  readonly "tags"?: readonly (ExperimentTag)[];
};

/** How many active runs an experiment has, how many are going on, when the last one began. */
export type ExperimentActivity = {
  readonly "experiment_id": string;
  readonly "last_start_ms": number | null;
  readonly "n_running": number;
  readonly "n_runs": number;
};

/** One experiment. */
export type ExperimentAnswer = {
  readonly "experiment": Experiment;
};

/** The id of the new experiment. */
export type ExperimentCreated = {
  readonly "experiment_id": string;
};

/** A page of experiments. */
export type ExperimentPage = {
  readonly "experiments"?: readonly (Experiment)[];
  readonly "next_page_token"?: string | null;
};

/** A mutable label on an experiment. */
export type ExperimentTag = {
  readonly "key": string;
  readonly "value": string;
};

/** Which params matter for `target`, a column of metrics such as `metrics.loss.min`. */
export type ExplainMetric = {
  readonly "experiment_ids": readonly (string)[];
  readonly "filter"?: string;
  readonly "params"?: readonly (string)[];
  readonly "run_view_type"?: ViewType;
  readonly "target": string;
};

/** Chosen columns of all matching runs; `run_id` is a column like others. */
export type FetchColumns = {
  readonly "columns": readonly (string)[];
  readonly "experiment_ids": readonly (string)[];
  readonly "filter"?: string;
  readonly "run_view_type"?: ViewType;
};

/** All points of some metrics of some runs, of all metrics when `keys` is null, run by run. */
export type FetchHistories = {
  readonly "by_rank"?: boolean;
  readonly "keys"?: readonly (string)[] | null;
  readonly "page_token"?: string;
  readonly "run_ids": readonly (string)[];
};

/** A page of matching runs in order, with attributes and all they logged, or only `columns`. */
export type FetchRows = {
  readonly "columns"?: readonly (string)[] | null;
  readonly "experiment_ids": readonly (string)[];
  readonly "filter"?: string;
  readonly "max_results"?: number;
  readonly "order_by"?: readonly (string)[];
  readonly "page_token"?: string;
  readonly "run_view_type"?: ViewType;
};

/** One entry of a listing; `file_size` in bytes, None for folders. */
export type FileInfo = {
  readonly "file_size"?: number | null;
  readonly "is_dir": boolean;
  readonly "path": string;
};

/** Whether the files of a logged model are complete. */
export type FinalizeLoggedModel = {
  readonly "model_id": string;
  readonly "status": LoggedModelStatus;
};

/** A part of a name, or the beginning of an id; upper and lower case are the same. */
export type FindAnything = {
  readonly "limit"?: number;
  readonly "text": string;
};

/** All params, metrics and tags of the matching runs, or of the `newest` so many of them. */
export type FindKeys = {
  readonly "experiment_ids": readonly (string)[];
  readonly "filter"?: string;
  readonly "newest"?: number;
  readonly "run_view_type"?: ViewType;
};

/** What to be told of, as in `ListEvents`. */
export type FollowEvents = {
  readonly "after"?: string;
  readonly "changed"?: readonly (string)[];
  readonly "experiment_ids"?: readonly (string)[];
  readonly "run_ids"?: readonly (string)[];
};

/** One thing found; the id of a data set is its digest; for a run `experiment_id` is where it belongs. */
export type Found = {
  readonly "experiment_id": string;
  readonly "id": string;
  readonly "kind": "dataset" | "experiment" | "model" | "run";
  readonly "name": string;
  readonly "time_ms": number;
};

/** Best first: equal ids and names, then beginnings, then parts; the newest of equals first. */
export type FoundThings = {
  readonly "found": readonly (Found)[];
};

/** A file of a run. */
export type GetArtifact = {
  readonly "path": string;
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
};

/** One metric of one run, summarised over `n_buckets` equal ranges of steps. */
export type GetBuckets = {
  readonly "end_step"?: number | null;
  readonly "metric_key": string;
  readonly "n_buckets"?: number;
  readonly "run_id": string;
  readonly "start_step"?: number | null;
};

/** One metric of one run as columns; steps from `start_step` to `end_step`, both included. */
export type GetColumns = {
  readonly "end_step"?: number | null;
  readonly "metric_key": string;
  readonly "run_id": string;
  readonly "start_step"?: number | null;
};

/** Which experiment, by id. */
export type GetExperiment = {
  readonly "experiment_id": string;
};

/** Which experiment, by name. */
export type GetExperimentByName = {
  readonly "experiment_name": string;
};

/** One metric of one run; without `max_results`, all of it. */
export type GetHistory = {
  readonly "max_results"?: number | null;
  readonly "metric_key": string;
  readonly "page_token"?: string;
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
};

/** One metric of up to 100 runs; the whole answer is cut at `max_results`. */
export type GetHistoryBulk = {
  readonly "max_results"?: number;
  readonly "metric_key"?: string;
  readonly "run_id"?: readonly (string)[];
};

/** One metric of up to 100 runs, thinned to at most `max_results` steps a run. */
export type GetHistoryInterval = {
  readonly "end_step"?: number | null;
  readonly "max_results"?: number;
  readonly "metric_key": string;
  readonly "run_ids"?: readonly (string)[];
  readonly "start_step"?: number | null;
};

/** Which logged model. */
export type GetLoggedModel = {
  readonly "model_id": string;
};

/** Which writer of which run. */
export type GetMark = {
  readonly "run_id": string;
  readonly "writer_id": string;
};

/** A file of a logged model. */
export type GetModelArtifact = {
  readonly "artifact_file_path"?: string;
  readonly "model_id": string;
};

/** Which run. */
export type GetParams = {
  readonly "run_id": string;
};

/** Which run; `run_uuid` is the old name of `run_id`. */
export type GetRun = {
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
};

/** A digest. */
export type GetState = {
  readonly "state_id": string;
};

/** Which upload, by the id that its client chose. */
export type GetUpload = {
  readonly "upload_id": string;
};

/** A metric over the runs of a group: `n` finite values, their mean and standard deviation (n - 1). */
export type GroupFigure = {
  readonly "mean": string | number | null;
  readonly "n": number;
  readonly "name": string;
  readonly "std": string | number | null;
};

/** Matching runs grouped by columns, or by all params except some; figures for `metrics` columns. */
export type GroupRuns = {
  readonly "experiment_ids": readonly (string)[];
  readonly "filter"?: string;
  readonly "group_by"?: readonly (string)[];
  readonly "group_except"?: readonly (string)[];
  readonly "limit"?: number;
  readonly "metrics"?: readonly (string)[];
  readonly "run_view_type"?: ViewType;
};

/** A run says that it is alive. */
export type Heartbeat = {
  readonly "run_id": string;
};

/** Points by timestamp, step and value. */
export type History = {
  readonly "metrics"?: readonly (Metric)[];
  readonly "next_page_token"?: string | null;
};

/** A label on the use of a data set by a run. */
export type InputTag = {
  readonly "key": string;
  readonly "value": string;
};

/** A state of a page: a JSON object as text, of at most 64 KiB. */
export type KeepState = {
  readonly "state": string;
};

/** A kept state. */
export type KeptState = {
  readonly "state": string;
};

/** What is known of one key: how many runs have it, and whether it differs between them. */
export type KeySummary = {
  readonly "kind": string;
  readonly "n_distinct": number;
  readonly "n_runs": number;
  readonly "name": string;
  readonly "type": string;
  readonly "value": string | number | null;
  readonly "varies": boolean;
};

/** Places in `nodes`: the second came from the first, or used it. */
export type LineageEdge = {
  readonly "source": number;
  readonly "target": number;
};

/** At most 400 nodes, by depth; `is_cut` says that there is more. */
export type LineageGraph = {
  readonly "edges": readonly (LineageEdge)[];
  readonly "is_cut": boolean;
  readonly "nodes": readonly (LineageNode)[];
};

/** One thing of the graph; `depth` is negative for what came before, 0 for what was asked about. */
export type LineageNode = {
  readonly "depth": number;
  readonly "experiment_id": string;
  readonly "id": string;
  readonly "kind": "dataset" | "model" | "run";
  readonly "name": string;
  readonly "status": string;
  readonly "time_ms": number;
};

/** A folder of a run; empty for the run's root. */
export type ListArtifacts = {
  readonly "page_token"?: string;
  readonly "path"?: string;
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
};

/** Which run. */
export type ListAttempts = {
  readonly "run_id": string;
};

/** A part of a name or digest, upper and lower case the same; all data sets without. */
export type ListDatasets = {
  readonly "limit"?: number;
  readonly "offset"?: number;
  readonly "text"?: string;
};

/** Events behind the one whose id is `after`; without it none, only where the log ends. */
export type ListEvents = {
  readonly "after"?: string;
  readonly "changed"?: readonly (string)[];
  readonly "experiment_ids"?: readonly (string)[];
  readonly "max_results"?: number;
  readonly "run_ids"?: readonly (string)[];
};

/** Which files of a run: all, or those of one key, one kind, or some steps, both ends included. */
export type ListMedia = {
  readonly "end_step"?: number | null;
  readonly "key"?: string;
  readonly "kind"?: string;
  readonly "max_results"?: number;
  readonly "page_token"?: string;
  readonly "run_id": string;
  readonly "start_step"?: number | null;
};

/** A folder of a logged model; empty for the model's root. */
export type ListModelArtifacts = {
  readonly "artifact_directory_path"?: string;
  readonly "model_id": string;
  readonly "page_token"?: string;
};

/** A folder below the server's artifact root; empty for the root. */
export type ListProxied = {
  readonly "path"?: string;
};

/** Which run. */
export type ListRanks = {
  readonly "run_id": string;
};

/** What is in the trash, of some experiments or of all; without `with_files` files are not counted. */
export type ListTrash = {
  readonly "experiment_ids"?: readonly (string)[];
  readonly "max_results"?: number;
  readonly "page_token"?: string;
  readonly "with_files"?: boolean;
};

/** The views of an experiment, or those of all experiments. */
export type ListViews = {
  readonly "experiment_id"?: string | null;
};

/** A data set over all active experiments; `last_used_ms` is the start of the newest run. */
export type ListedDataset = {
  readonly "digest": string;
  readonly "last_used_ms": number | null;
  readonly "n_runs": number;
  readonly "name": string;
  readonly "source_type": string;
};

/** A window of data sets by name and digest; `total` counts all that match. */
export type ListedDatasets = {
  readonly "datasets": readonly (ListedDataset)[];
  readonly "total": number;
};

/** Metrics, params and tags of one run: all of them are kept, or none. */
export type LogBatch = {
  readonly "metrics"?: readonly (Metric)[];
  readonly "params"?: readonly (Param)[];
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
  readonly "tags"?: readonly (RunTag)[];
};

/** Data sets and models that a run used. */
export type LogInputs = {
  readonly "datasets"?: readonly (DatasetInput)[];
  readonly "models"?: readonly (LoggedModelInput)[];
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
};

/** Further params of a logged model. */
export type LogLoggedModelParams = {
  readonly "model_id": string;
  readonly "params"?: readonly (LoggedModelParameter)[];
};

/** One value of one metric. */
export type LogMetric = {
  readonly "dataset_digest"?: string | null;
  readonly "dataset_name"?: string | null;
  readonly "key": string;
  readonly "model_id"?: string | null;
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
  readonly "step"?: number;
  readonly "timestamp": number;
  readonly "value": number;
};

/** The MLmodel text of a model, as clients before 3.0 announce it. */
export type LogModelJson = {
  readonly "model_json": string;
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
};

/** Models that a run produced. */
export type LogOutputs = {
  readonly "models": readonly (LoggedModelOutput)[];
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
};

/** One param. */
export type LogParam = {
  readonly "key": string;
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
  readonly "value"?: string;
};

/** A packaged model with what is known of it. */
export type LoggedModel = {
  readonly "data": LoggedModelData;
  readonly "info": LoggedModelInfo;
};

/** One logged model. */
export type LoggedModelAnswer = {
  readonly "model": LoggedModel;
};

/** Params and metrics of a logged model; metrics hold every point, not only the latest. */
export type LoggedModelData = {
  readonly "metrics"?: readonly (Metric)[];
  readonly "params"?: readonly (LoggedModelParameter)[];
};

/** What identifies a logged model and how it stands. */
export type LoggedModelInfo = {
  readonly "artifact_uri": string;
  readonly "creation_timestamp_ms": number;
  readonly "creator_id"?: string | null;
  readonly "experiment_id": string;
  readonly "last_updated_timestamp_ms": number;
  readonly "model_id": string;
  readonly "model_type"?: string | null;
  readonly "name": string;
  readonly "registrations"?: readonly (ModelRegistration)[];
  readonly "source_run_id"?: string | null;
  readonly "status": LoggedModelStatus;
  readonly "status_message"?: string | null;
  readonly "tags"?: readonly (LoggedModelTag)[];
};

/** A logged model that a run used. */
export type LoggedModelInput = {
  readonly "model_id": string;
};

/** An attribute or `metrics.<key>` to order by. */
export type LoggedModelOrder = {
  readonly "ascending"?: boolean;
  readonly "dataset_digest"?: string | null;
  readonly "dataset_name"?: string | null;
  readonly "field_name": string;
};

/** A logged model that a run produced at `step`. */
export type LoggedModelOutput = {
  readonly "model_id": string;
  readonly "step": number;
};

/** A page of logged models. */
export type LoggedModelPage = {
  readonly "models"?: readonly (LoggedModel)[];
  readonly "next_page_token"?: string | null;
};

/** One immutable input of a logged model's training. */
export type LoggedModelParameter = {
  readonly "key": string;
  readonly "value": string;
};

/** Whether a logged model's files are complete; the values are the API's names. */
export type LoggedModelStatus = "LOGGED_MODEL_PENDING" | "LOGGED_MODEL_READY" | "LOGGED_MODEL_STATUS_UNSPECIFIED" | "LOGGED_MODEL_UPLOAD_FAILED";

/** A mutable label on a logged model. */
export type LoggedModelTag = {
  readonly "key": string;
  readonly "value": string;
};

/** The last sequence number of a writer that the store has; 0 before the first. */
export type Mark = {
  readonly "applied_seq": number;
};

/** One file under a key at a step; `details` is JSON text that depends on the kind. */
export type MediaFile = {
  readonly "details"?: string | null;
  readonly "key": string;
  readonly "kind": string;
  readonly "path": string;
  readonly "size_bytes"?: number;
  readonly "step"?: number;
  readonly "timestamp"?: number;
};

/** Files in the order of their arrival. */
export type MediaPage = {
  readonly "files"?: readonly (MediaFile)[];
  readonly "next_page_token"?: string | null;
};

/** A value that metric `key` had at `step`; NaN and infinities are values like others. */
export type Metric = {
  readonly "dataset_digest"?: string | null;
  readonly "dataset_name"?: string | null;
  readonly "key": string;
  readonly "model_id"?: string | null;
  readonly "run_id"?: string | null;
  readonly "step"?: number;
  readonly "timestamp": number;
  readonly "value": number;
};

/** Params by importance; `r2` is the share of the variance that is explained in runs not seen. */
export type MetricExplained = {
  readonly "collinear": readonly (CollinearParam)[];
  readonly "constant": readonly (string)[];
  readonly "n_left_out": number;
  readonly "params": readonly (ParamImportance)[];
  readonly "r2": number | null;
  readonly "runs": UsedRuns;
};

/** Metrics in natural order; `n` and `n_differing` count all, also those that are left out. */
export type MetricSection = {
  readonly "is_cut": boolean;
  readonly "n": number;
  readonly "n_differing": number;
  readonly "rows": readonly (DiffedMetric)[];
};

/** A registered model version that was made from a logged model. */
export type ModelRegistration = {
  readonly "name": string;
  readonly "version": string;
};

/** The upload's id and a place for each part. */
export type MultipartCreated = {
  readonly "credentials"?: readonly (MultipartCredential)[];
  readonly "upload_id": string;
};

/** Where one part goes. */
export type MultipartCredential = {
  readonly "headers"?: { readonly [key: string]: string };
  readonly "part_number": number;
  readonly "url": string;
};

/** A part that has arrived. */
export type MultipartPart = {
  readonly "etag"?: string;
  readonly "part_number": number;
  readonly "url"?: string | null;
};

/** A view by its id. */
export type NameView = {
  readonly "view_id": string;
};

/** A request without parameters. */
export type NoInput = {

};

/** A text of an experiment's note, and when it was last saved, in milliseconds since 1970. */
export type NoteVersion = {
  readonly "saved_ms": number;
  readonly "text": string;
  readonly "version": number;
};

/** The newest first, at most 1,000; texts of one sitting (10 minutes) are one version. */
export type NoteVersions = {
  readonly "versions": readonly (NoteVersion)[];
};

/** One immutable input of a run. */
export type Param = {
  readonly "key": string;
  readonly "value": string;
};

/** What a param was before somebody corrected it, when, and why. */
export type ParamAmendment = {
  readonly "key": string;
  readonly "new_type": string | null;
  readonly "new_value": string;
  readonly "old_type": string | null;
  readonly "old_value": string;
  readonly "reason": string | null;
  readonly "timestamp": number;
};

/** How much a param matters. */
export type ParamImportance = {
  readonly "importance": number;
  readonly "is_numeric": boolean;
  readonly "n_distinct": number;
  readonly "n_missing": number;
  readonly "name": string;
  readonly "spearman": number | null;
  readonly "std": number;
};

/** The params of a run by key, and what they were before they were corrected, oldest first. */
export type Params = {
  readonly "amendments": readonly (ParamAmendment)[];
  readonly "params": readonly (TypedParam)[];
};

/** An address from which the bytes can be read directly. */
export type PresignedDownload = {
  readonly "file_size"?: number | null;
  readonly "headers"?: { readonly [key: string]: string };
  readonly "url": string;
};

/** One level of a folder, by name; paths are base names. */
export type ProxiedFiles = {
  readonly "files"?: readonly (FileInfo)[];
};

/** What became of one thing, and what this request freed of it. */
export type PurgeOutcome = {
  readonly "file_bytes": number;
  readonly "files_left": string | null;
  readonly "id": string;
  readonly "kind": "experiment" | "model" | "run";
  readonly "n_files": number;
  readonly "n_rows": number;
  readonly "reason": string;
  readonly "size_bytes": number;
  readonly "state": "failed" | "kept" | "purged" | "unfinished";
};

/** What to remove for ever, at most 100 things, each of which must be in the trash. */
export type PurgeTrash = {
  readonly "deleted_before_ms"?: number | null;
  readonly "experiment_ids"?: readonly (string)[];
  readonly "force"?: boolean;
  readonly "model_ids"?: readonly (string)[];
  readonly "run_ids"?: readonly (string)[];
};

/** One outcome for each thing. */
export type Purged = {
  readonly "outcomes": readonly (PurgeOutcome)[];
};

/** One part of an upload, numbered from 1. */
export type PutMultipartPart = {
  readonly "part_number": number;
  readonly "upload_id": string;
};

/** A window of rows in order, with chosen columns such as `metrics.loss.min` or `params.lr`. */
export type QueryRuns = {
  readonly "columns"?: readonly (string)[];
  readonly "count_clauses"?: boolean;
  readonly "experiment_ids": readonly (string)[];
  readonly "filter"?: string;
  readonly "limit"?: number;
  readonly "offset"?: number;
  readonly "order_by"?: readonly (string)[];
  readonly "run_view_type"?: ViewType;
};

/** Some metrics of some runs along one x; a key that begins with `=` is a formula over metrics. */
export type QuerySeries = {
  readonly "band"?: string;
  readonly "center"?: string;
  readonly "fields"?: readonly (string)[];
  readonly "group_by"?: readonly (string)[];
  readonly "group_except"?: readonly (string)[];
  readonly "keys": readonly (string)[];
  readonly "n_buckets"?: number;
  readonly "ranks"?: string;
  readonly "run_ids": readonly (string)[];
  readonly "since"?: string;
  readonly "smoothing"?: string;
  readonly "smoothing_amount"?: number;
  readonly "x"?: string;
  readonly "x_max"?: number | null;
  readonly "x_min"?: number | null;
};

/** The ranks of a run by attempt and number; none when one process logged it. */
export type Ranks = {
  readonly "ranks": readonly (RunRank)[];
};

/** `rewrite` writes a SQLite file anew as a whole, which nobody may write to meanwhile. */
export type ReclaimSpace = {
  readonly "rewrite"?: boolean;
};

/** A record that the store could not take, and why; the rest of its batch is kept. */
export type RefusedRecord = {
  readonly "error_code": string;
  readonly "message": string;
  readonly "seq": number;
};

/** What to make active again; all of it, or nothing. */
export type RestoreTrash = {
  readonly "experiment_ids"?: readonly (string)[];
  readonly "model_ids"?: readonly (string)[];
  readonly "run_ids"?: readonly (string)[];
};

/** One execution: its info, what it logged, what went in and what came out. */
export type Run = {
  readonly "data": RunData;
  readonly "info": RunInfo;
  readonly "inputs": RunInputs;
  readonly "outputs": RunOutputs;
};

/** One run. */
export type RunAnswer = {
  readonly "run": Run;
};

/** A process takes a run up: when, where, and started by which launch of its launcher. */
export type RunAttempt = {
  readonly "host"?: string;
  readonly "launch"?: string;
  readonly "process"?: number;
  readonly "started_ms": number;
};

/** What a run is created from when the client chose its id. */
export type RunCreation = {
  readonly "experiment_id"?: string | null;
  readonly "experiment_name"?: string | null;
  readonly "run_name": string;
  readonly "start_time": number;
  readonly "tags"?: readonly (RunTag)[];
  readonly "user_id"?: string;
};

/** What a run logged; of each metric the latest value (by step, then timestamp, then value). */
export type RunData = {
  readonly "metrics"?: readonly (Metric)[];
  readonly "params"?: readonly (Param)[];
  readonly "tags"?: readonly (RunTag)[];
};

/** How and when a run ended; RUNNING and no time when it was resumed. */
export type RunEnd = {
  readonly "end_time": number | null;
  readonly "reason": string | null;
  readonly "status": RunStatus;
};

/** How a run ended, or how it stands. */
export type RunEnding = {
  readonly "has_lost_contact"?: boolean;
  readonly "last_seen_ms": number;
  readonly "reason"?: string | null;
  readonly "run_id": string;
  readonly "status": RunStatus;
};

/** Runs that agree in all columns of the grouping; `values` are in the order of its columns. */
export type RunGroup = {
  readonly "figures": readonly (GroupFigure)[];
  readonly "n_runs": number;
  readonly "run_ids": readonly (string)[];
  readonly "values": readonly (string | number | null)[];
};

/** The largest groups first; `total` counts all groups. */
export type RunGroups = {
  readonly "columns": readonly (string)[];
  readonly "groups": readonly (RunGroup)[];
  readonly "total": number;
};

/** What identifies a run and how it stands. */
export type RunInfo = {
  readonly "artifact_uri": string;
  readonly "end_time"?: number | null;
  readonly "experiment_id": string;
  readonly "lifecycle_stage": "active" | "deleted";
  readonly "run_id": string;
  readonly "run_name": string;
  readonly "run_uuid": string;
  readonly "start_time": number;
  readonly "status": RunStatus;
  readonly "user_id": string;
};

/** A run's info after a change. */
export type RunInfoAnswer = {
  readonly "run_info": RunInfo;
};

/** Data sets and models that a run used. */
export type RunInputs = {
  readonly "dataset_inputs"?: readonly (DatasetInput)[];
  readonly "model_inputs"?: readonly (LoggedModelInput)[];
};

/** The keys, in natural order; `value` is given where all runs that have the key agree. */
export type RunKeys = {
  readonly "keys": readonly (KeySummary)[];
  readonly "n_seen": number;
  readonly "total": number;
};

/** Models that a run produced. */
export type RunOutputs = {
  readonly "model_outputs"?: readonly (LoggedModelOutput)[];
};

/** A page of runs. */
export type RunPage = {
  readonly "next_page_token"?: string | null;
  readonly "runs"?: readonly (Run)[];
};

/** What one rank did in one attempt of a run; without `ended_ms` it still goes on. */
export type RunRank = {
  readonly "attempt": number;
  readonly "ended_ms": number | null;
  readonly "host": string | null;
  readonly "process": number | null;
  readonly "rank": number;
  readonly "reason": string | null;
  readonly "started_ms": number;
  readonly "status": RunStatus;
};

/** How a run stands; `NUMBERS` gives the compatible API's integers. */
export type RunStatus = "FAILED" | "FINISHED" | "KILLED" | "RUNNING" | "SCHEDULED";

/** A window of rows; `total` counts all runs that match, exactly; `clauses` only when asked for. */
export type RunTable = {
  readonly "clauses": readonly (ClauseCount)[];
  readonly "columns": readonly (TableColumn)[];
  readonly "offset": number;
  readonly "run_ids": readonly (string)[];
  readonly "total": number;
};

/** A mutable label on a run. */
export type RunTag = {
  readonly "key": string;
  readonly "value": string;
};

/** Runs beside each other. */
export type RunsDiffed = {
  readonly "attributes": TextSection;
  readonly "base": string;
  readonly "metrics": MetricSection;
  readonly "params": TextSection;
  readonly "run_ids": readonly (string)[];
  readonly "tags": TextSection;
};

/** Of which experiments the data sets are wanted. */
export type SearchDatasets = {
  readonly "experiment_ids"?: readonly (string)[];
};

/** Which experiments, in which order, how many. */
export type SearchExperiments = {
  readonly "filter"?: string;
  readonly "max_results"?: number;
  readonly "order_by"?: readonly (string)[];
  readonly "page_token"?: string;
  readonly "view_type"?: ViewType;
};

/** Which logged models of which experiments, in which order, how many. */
export type SearchLoggedModels = {
  readonly "datasets"?: readonly (DatasetFilter)[];
  readonly "experiment_ids"?: readonly (string)[];
  readonly "filter"?: string;
  readonly "max_results"?: number;
  readonly "order_by"?: readonly (LoggedModelOrder)[];
  readonly "page_token"?: string;
};

/** Which runs of which experiments, in which order, how many. */
export type SearchRuns = {
  readonly "experiment_ids"?: readonly (string)[];
  readonly "filter"?: string;
  readonly "max_results"?: number;
  readonly "order_by"?: readonly (string)[];
  readonly "page_token"?: string;
  readonly "run_view_type"?: ViewType;
};

/** A correction of a param: the number of its record, the new value, its type, when and why. */
export type SequencedAmendment = readonly [number, string, string, string | null, number, string | null];

/** A param with the sequence number of the record that logged it, and the type of its value. */
export type SequencedParam = readonly [number, Param, string | null];

/** What this server can do, in the terms that newer clients probe for. */
export type ServerInfo = {
  readonly "artifact_serving_enabled": boolean;
  readonly "artifacts_presigned_only": boolean;
  readonly "assay_api": number;
  readonly "assay_version": string;
  readonly "features_enabled": { readonly [key: string]: boolean };
  readonly "model_artifact_presigned_downloads_supported": boolean;
  readonly "multipart_downloads_enabled": boolean;
  readonly "multipart_uploads_enabled": boolean;
  readonly "presigned_upload_model_id_supported": boolean;
  readonly "presigned_upload_run_id_supported": boolean;
  readonly "store_type": string;
  readonly "trace_archival_enabled": boolean;
  readonly "tracking_auth": string;
  readonly "workspaces_enabled": boolean;
};

/** A label to set on an experiment. */
export type SetExperimentTag = {
  readonly "experiment_id": string;
  readonly "key": string;
  readonly "value"?: string;
};

/** Labels to set on a logged model. */
export type SetLoggedModelTags = {
  readonly "model_id": string;
  readonly "tags"?: readonly (LoggedModelTag)[];
};

/** A label to set on a run. */
export type SetTag = {
  readonly "key": string;
  readonly "run_id": string;
  readonly "run_uuid"?: string | null;
  readonly "value"?: string;
};

/** The largest first. `n_takers`, rows and bytes are of all, also of those that are not shown. */
export type Space = {
  readonly "file_bytes": number;
  readonly "is_complete": boolean;
  readonly "n_files": number;
  readonly "n_rows": number;
  readonly "n_takers": number;
  readonly "n_unreached": number;
  readonly "size_bytes": number;
  readonly "takers": readonly (SpaceTaker)[];
};

/** How large the database was and is; without `is_whole` only rewriting the file frees more. */
export type SpaceReclaimed = {
  readonly "bytes_after": number;
  readonly "bytes_before": number;
  readonly "is_whole": boolean;
};

/** An experiment, a run, a metric or a file, and what it takes. */
export type SpaceTaker = {
  readonly "experiment_id": string;
  readonly "file_bytes": number | null;
  readonly "id": string;
  readonly "n_files": number | null;
  readonly "n_points": number;
  readonly "n_rows": number;
  readonly "name": string;
  readonly "owner_id": string;
  readonly "size_bytes": number;
};

/** The digest under which a state is kept, for ever the same for the same state. */
export type StateKept = {
  readonly "state_id": string;
};

/** How much the store holds. */
export type StoreSummary = {
  readonly "dialect": string;
  readonly "experiments": number;
  readonly "runs": number;
  readonly "schema_revision": string;
  readonly "size_bytes": number | null;
};

/** One column; a missing cell is null, a number that JSON lacks is `NaN`, `Infinity` or `-Infinity`. */
export type TableColumn = {
  readonly "name": string;
  readonly "values": readonly (string | number | null)[];
};

/** Keys in natural order; `n` and `n_differing` count all, also those that are left out. */
export type TextSection = {
  readonly "is_cut": boolean;
  readonly "n": number;
  readonly "n_differing": number;
  readonly "rows": readonly (DiffedText)[];
};

/** The neighbourhood of one thing, `depth` steps both ways; `kind` is `dataset`, `run` or `model`, a data set is its digest and its `name`. */
export type TraceLineage = {
  readonly "depth"?: number;
  readonly "id": string;
  readonly "kind": string;
  readonly "name"?: string;
};

/** A page of the trash, and for how many milliseconds things can be restored. */
export type Trash = {
  readonly "items": readonly (TrashItem)[];
  readonly "next_page_token": string | null;
  readonly "window_ms": number;
};

/** Something in the trash. */
export type TrashItem = {
  readonly "deleted_time": number;
  readonly "experiment_id": string;
  readonly "file_bytes": number | null;
  readonly "files_left": string | null;
  readonly "id": string;
  readonly "is_purging": boolean;
  readonly "kind": "experiment" | "model" | "run";
  readonly "n_files": number | null;
  readonly "n_models": number;
  readonly "n_rows": number;
  readonly "n_runs": number;
  readonly "name": string;
  readonly "needed_by": readonly (string)[];
  readonly "restorable_until": number;
  readonly "size_bytes": number;
};

/** A param with the type of its value; None for text. */
export type TypedParam = {
  readonly "key": string;
  readonly "type": string | null;
  readonly "value": string;
};

/** A new name for an experiment. */
export type UpdateExperiment = {
  readonly "experiment_id": string;
  readonly "new_name": string;
};

/** What should change of a run; only what is given changes. */
export type UpdateRun = {
  readonly "end_time"?: number | null;
  readonly "run_id": string;
  readonly "run_name"?: string | null;
  readonly "run_uuid"?: string | null;
  readonly "status"?: RunStatus | null;
};

/** A state that follows version `based_on`; an empty `name` leaves the name. */
export type UpdateView = {
  readonly "based_on": number;
  readonly "name"?: string;
  readonly "state": string;
  readonly "view_id": string;
};

/** Where in a run a small file goes. */
export type UploadArtifact = {
  readonly "path"?: string;
  readonly "run_id"?: string | null;
  readonly "run_uuid"?: string;
};

/** Where below the server's artifact root a file goes, and the digest that it must have. */
export type UploadFile = {
  readonly "path": string;
  readonly "sha256"?: string | null;
  readonly "start"?: number;
  readonly "upload"?: string;
};

/** How many bytes of an upload the server has; 0 for one that it does not know. */
export type UploadProgress = {
  readonly "size_bytes": number;
};

/** Which of the matching runs count: those that finished, with a finite value of the target. */
export type UsedRuns = {
  readonly "is_enough": boolean;
  readonly "n_matching": number;
  readonly "n_not_finite": number;
  readonly "n_unfinished": number;
  readonly "n_used": number;
  readonly "n_without_target": number;
};

/** One value and how many of the matching runs have it. */
export type ValueCount = {
  readonly "count": number;
  readonly "value": string;
};

/** Values with counts. */
export type ValueCounts = {
  readonly "values": readonly (ValueCount)[];
};

/** A named state of a page; `state` is a JSON object of the page's own, as text. */
export type View = {
  readonly "experiment_id": string | null;
  readonly "name": string;
  readonly "state": string;
  readonly "updated_ms": number;
  readonly "version": number;
  readonly "view_id": string;
};

/** One view as it was last saved. */
export type ViewAnswer = {
  readonly "view": View;
};

/** The last saved first, at most 1,000. */
export type ViewList = {
  readonly "views": readonly (View)[];
};

/** Which lifecycle stages a search returns; numbers are those of the compatible API. */
export type ViewType = 1 | 2 | 3;

/** One saved version of a view. */
export type ViewVersion = {
  readonly "saved_ms": number;
  readonly "state": string;
  readonly "version": number;
};

/** The newest first, at most 1,000. */
export type ViewVersions = {
  readonly "versions": readonly (ViewVersion)[];
};

export interface Endpoints {
  readonly get_logged_model_artifact: { readonly request: { readonly "model_id": string; readonly "artifact_file_path"?: string }; readonly response: ArrayBuffer };
  readonly get_metric_history_bulk: { readonly request: { readonly "run_id"?: readonly (string)[]; readonly "metric_key"?: string; readonly "max_results"?: number }; readonly response: History };
  readonly list_proxied_artifacts: { readonly request: { readonly "path"?: string }; readonly response: ProxiedFiles };
  readonly delete_artifact: { readonly request: { readonly "path": string }; readonly response: Empty };
  readonly download_artifact: { readonly request: { readonly "path": string }; readonly response: ArrayBuffer };
  readonly abort_multipart_upload: { readonly request: AbortMultipart; readonly response: Empty };
  readonly complete_multipart_upload: { readonly request: CompleteMultipart; readonly response: Empty };
  readonly create_multipart_upload: { readonly request: CreateMultipart; readonly response: MultipartCreated };
  readonly get_presigned_download: { readonly request: { readonly "path": string }; readonly response: PresignedDownload };
  readonly list_artifacts: { readonly request: { readonly "run_id": string; readonly "run_uuid"?: string | null; readonly "path"?: string; readonly "page_token"?: string }; readonly response: ArtifactFiles };
  readonly create_experiment: { readonly request: CreateExperiment; readonly response: ExperimentCreated };
  readonly delete_experiment: { readonly request: GetExperiment; readonly response: Empty };
  readonly delete_experiment_tag: { readonly request: DeleteExperimentTag; readonly response: Empty };
  readonly get_experiment: { readonly request: { readonly "experiment_id": string }; readonly response: ExperimentAnswer };
  readonly get_experiment_by_name: { readonly request: { readonly "experiment_name": string }; readonly response: ExperimentAnswer };
  readonly restore_experiment: { readonly request: GetExperiment; readonly response: Empty };
  readonly search_experiments_get: { readonly request: { readonly "max_results"?: number; readonly "page_token"?: string; readonly "filter"?: string; readonly "order_by"?: readonly (string)[]; readonly "view_type"?: ViewType }; readonly response: ExperimentPage };
  readonly search_experiments: { readonly request: SearchExperiments; readonly response: ExperimentPage };
  readonly search_datasets: { readonly request: SearchDatasets; readonly response: DatasetSummaries };
  readonly set_experiment_tag: { readonly request: SetExperimentTag; readonly response: Empty };
  readonly update_experiment: { readonly request: UpdateExperiment; readonly response: Empty };
  readonly create_logged_model: { readonly request: CreateLoggedModel; readonly response: LoggedModelAnswer };
  readonly search_logged_models: { readonly request: SearchLoggedModels; readonly response: LoggedModelPage };
  readonly delete_logged_model: { readonly request: { readonly "model_id": string }; readonly response: Empty };
  readonly get_logged_model: { readonly request: { readonly "model_id": string }; readonly response: LoggedModelAnswer };
  readonly finalize_logged_model: { readonly request: FinalizeLoggedModel; readonly response: LoggedModelAnswer };
  readonly list_logged_model_artifacts: { readonly request: { readonly "model_id": string; readonly "artifact_directory_path"?: string; readonly "page_token"?: string }; readonly response: ArtifactFiles };
  readonly log_logged_model_params: { readonly request: LogLoggedModelParams; readonly response: Empty };
  readonly set_logged_model_tags: { readonly request: SetLoggedModelTags; readonly response: Empty };
  readonly delete_logged_model_tag: { readonly request: { readonly "model_id": string; readonly "tag_key": string }; readonly response: Empty };
  readonly get_metric_history: { readonly request: { readonly "run_id": string; readonly "run_uuid"?: string | null; readonly "metric_key": string; readonly "page_token"?: string; readonly "max_results"?: number | null }; readonly response: History };
  readonly get_metric_history_interval: { readonly request: { readonly "run_ids"?: readonly (string)[]; readonly "metric_key": string; readonly "start_step"?: number | null; readonly "end_step"?: number | null; readonly "max_results"?: number }; readonly response: History };
  readonly create_run: { readonly request: CreateRun; readonly response: RunAnswer };
  readonly delete_run: { readonly request: GetRun; readonly response: Empty };
  readonly delete_tag: { readonly request: DeleteTag; readonly response: Empty };
  readonly get_run: { readonly request: { readonly "run_id": string; readonly "run_uuid"?: string | null }; readonly response: RunAnswer };
  readonly log_batch: { readonly request: LogBatch; readonly response: Empty };
  readonly log_inputs: { readonly request: LogInputs; readonly response: Empty };
  readonly log_metric: { readonly request: LogMetric; readonly response: Empty };
  readonly log_model_json: { readonly request: LogModelJson; readonly response: Empty };
  readonly log_param: { readonly request: LogParam; readonly response: Empty };
  readonly log_outputs: { readonly request: LogOutputs; readonly response: Empty };
  readonly restore_run: { readonly request: GetRun; readonly response: Empty };
  readonly search_runs: { readonly request: SearchRuns; readonly response: RunPage };
  readonly set_tag: { readonly request: SetTag; readonly response: Empty };
  readonly update_run: { readonly request: UpdateRun; readonly response: RunInfoAnswer };
  readonly get_server_info: { readonly request: { readonly [key: string]: never }; readonly response: ServerInfo };
  readonly describe_dataset: { readonly request: DescribeDataset; readonly response: DatasetDescribed };
  readonly list_datasets: { readonly request: ListDatasets; readonly response: ListedDatasets };
  readonly follow_events: { readonly request: { readonly "after"?: string; readonly "experiment_ids"?: readonly (string)[]; readonly "run_ids"?: readonly (string)[]; readonly "changed"?: readonly (string)[] }; readonly response: ArrayBuffer };
  readonly list_events: { readonly request: { readonly "after"?: string; readonly "experiment_ids"?: readonly (string)[]; readonly "run_ids"?: readonly (string)[]; readonly "changed"?: readonly (string)[]; readonly "max_results"?: number }; readonly response: EventList };
  readonly describe_experiment_activity: { readonly request: DescribeActivity; readonly response: ActivityDescribed };
  readonly list_note_versions: { readonly request: { readonly "experiment_id": string }; readonly response: NoteVersions };
  readonly find_anything: { readonly request: { readonly "text": string; readonly "limit"?: number }; readonly response: FoundThings };
  readonly get_writer_mark: { readonly request: { readonly "run_id": string; readonly "writer_id": string }; readonly response: Mark };
  readonly trace_lineage: { readonly request: TraceLineage; readonly response: LineageGraph };
  readonly get_metric_buckets: { readonly request: { readonly "run_id": string; readonly "metric_key": string; readonly "n_buckets"?: number; readonly "start_step"?: number | null; readonly "end_step"?: number | null }; readonly response: ArrayBuffer };
  readonly get_metric_columns: { readonly request: { readonly "run_id": string; readonly "metric_key": string; readonly "start_step"?: number | null; readonly "end_step"?: number | null }; readonly response: ArrayBuffer };
  readonly list_attempts: { readonly request: { readonly "run_id": string }; readonly response: Attempts };
  readonly fetch_run_columns: { readonly request: FetchColumns; readonly response: ArrayBuffer };
  readonly describe_dependence: { readonly request: DescribeDependence; readonly response: DependenceDescribed };
  readonly diff_runs: { readonly request: DiffRuns; readonly response: RunsDiffed };
  readonly get_run_ending: { readonly request: { readonly "run_id": string; readonly "run_uuid"?: string | null }; readonly response: RunEnding };
  readonly group_runs: { readonly request: GroupRuns; readonly response: RunGroups };
  readonly heartbeat: { readonly request: Heartbeat; readonly response: Empty };
  readonly fetch_histories: { readonly request: FetchHistories; readonly response: ArrayBuffer };
  readonly explain_metric: { readonly request: ExplainMetric; readonly response: MetricExplained };
  readonly find_run_keys: { readonly request: FindKeys; readonly response: RunKeys };
  readonly list_media: { readonly request: { readonly "run_id": string; readonly "key"?: string; readonly "kind"?: string; readonly "start_step"?: number | null; readonly "end_step"?: number | null; readonly "max_results"?: number; readonly "page_token"?: string }; readonly response: MediaPage };
  readonly get_params: { readonly request: { readonly "run_id": string }; readonly response: Params };
  readonly query_runs: { readonly request: QueryRuns; readonly response: RunTable };
  readonly list_ranks: { readonly request: { readonly "run_id": string }; readonly response: Ranks };
  readonly fetch_run_rows: { readonly request: FetchRows; readonly response: ArrayBuffer };
  readonly describe_run_columns: { readonly request: DescribeColumns; readonly response: ColumnsDescribed };
  readonly complete_run_values: { readonly request: CompleteValues; readonly response: ValueCounts };
  readonly query_series: { readonly request: QuerySeries; readonly response: ArrayBuffer };
  readonly describe_space: { readonly request: DescribeSpace; readonly response: Space };
  readonly get_state: { readonly request: { readonly "state_id": string }; readonly response: KeptState };
  readonly keep_state: { readonly request: KeepState; readonly response: StateKept };
  readonly get_store_summary: { readonly request: { readonly [key: string]: never }; readonly response: StoreSummary };
  readonly list_trash: { readonly request: ListTrash; readonly response: Trash };
  readonly purge_trash: { readonly request: PurgeTrash; readonly response: Purged };
  readonly reclaim_space: { readonly request: ReclaimSpace; readonly response: SpaceReclaimed };
  readonly restore_trash: { readonly request: RestoreTrash; readonly response: Empty };
  readonly get_upload: { readonly request: { readonly "upload_id": string }; readonly response: UploadProgress };
  readonly create_view: { readonly request: CreateView; readonly response: ViewAnswer };
  readonly delete_view: { readonly request: NameView; readonly response: Empty };
  readonly get_view: { readonly request: { readonly "view_id": string }; readonly response: ViewAnswer };
  readonly list_views: { readonly request: { readonly "experiment_id"?: string | null }; readonly response: ViewList };
  readonly restore_view: { readonly request: NameView; readonly response: Empty };
  readonly update_view: { readonly request: UpdateView; readonly response: ViewAnswer };
  readonly list_view_versions: { readonly request: { readonly "view_id": string }; readonly response: ViewVersions };
  readonly get_artifact: { readonly request: { readonly "run_id": string; readonly "run_uuid"?: string | null; readonly "path": string }; readonly response: ArrayBuffer };
  readonly get_health: { readonly request: { readonly [key: string]: never }; readonly response: string };
  readonly get_version: { readonly request: { readonly [key: string]: never }; readonly response: string };
}

export const ENDPOINTS = {
  get_logged_model_artifact: { method: "GET", path: "/ajax-api/2.0/mlflow/logged-models/{model_id}/artifacts/files", answer: "bytes" },
  get_metric_history_bulk: { method: "GET", path: "/ajax-api/2.0/mlflow/metrics/get-history-bulk", answer: "json" },
  list_proxied_artifacts: { method: "GET", path: "/api/2.0/mlflow-artifacts/artifacts", answer: "json" },
  delete_artifact: { method: "DELETE", path: "/api/2.0/mlflow-artifacts/artifacts/{path}", answer: "json" },
  download_artifact: { method: "GET", path: "/api/2.0/mlflow-artifacts/artifacts/{path}", answer: "bytes" },
  abort_multipart_upload: { method: "POST", path: "/api/2.0/mlflow-artifacts/mpu/abort/{directory}", answer: "json" },
  complete_multipart_upload: { method: "POST", path: "/api/2.0/mlflow-artifacts/mpu/complete/{directory}", answer: "json" },
  create_multipart_upload: { method: "POST", path: "/api/2.0/mlflow-artifacts/mpu/create/{directory}", answer: "json" },
  get_presigned_download: { method: "GET", path: "/api/2.0/mlflow-artifacts/presigned/{path}", answer: "json" },
  list_artifacts: { method: "GET", path: "/api/2.0/mlflow/artifacts/list", answer: "json" },
  create_experiment: { method: "POST", path: "/api/2.0/mlflow/experiments/create", answer: "json" },
  delete_experiment: { method: "POST", path: "/api/2.0/mlflow/experiments/delete", answer: "json" },
  delete_experiment_tag: { method: "POST", path: "/api/2.0/mlflow/experiments/delete-experiment-tag", answer: "json" },
  get_experiment: { method: "GET", path: "/api/2.0/mlflow/experiments/get", answer: "json" },
  get_experiment_by_name: { method: "GET", path: "/api/2.0/mlflow/experiments/get-by-name", answer: "json" },
  restore_experiment: { method: "POST", path: "/api/2.0/mlflow/experiments/restore", answer: "json" },
  search_experiments_get: { method: "GET", path: "/api/2.0/mlflow/experiments/search", answer: "json" },
  search_experiments: { method: "POST", path: "/api/2.0/mlflow/experiments/search", answer: "json" },
  search_datasets: { method: "POST", path: "/api/2.0/mlflow/experiments/search-datasets", answer: "json" },
  set_experiment_tag: { method: "POST", path: "/api/2.0/mlflow/experiments/set-experiment-tag", answer: "json" },
  update_experiment: { method: "POST", path: "/api/2.0/mlflow/experiments/update", answer: "json" },
  create_logged_model: { method: "POST", path: "/api/2.0/mlflow/logged-models", answer: "json" },
  search_logged_models: { method: "POST", path: "/api/2.0/mlflow/logged-models/search", answer: "json" },
  delete_logged_model: { method: "DELETE", path: "/api/2.0/mlflow/logged-models/{model_id}", answer: "json" },
  get_logged_model: { method: "GET", path: "/api/2.0/mlflow/logged-models/{model_id}", answer: "json" },
  finalize_logged_model: { method: "PATCH", path: "/api/2.0/mlflow/logged-models/{model_id}", answer: "json" },
  list_logged_model_artifacts: { method: "GET", path: "/api/2.0/mlflow/logged-models/{model_id}/artifacts/directories", answer: "json" },
  log_logged_model_params: { method: "POST", path: "/api/2.0/mlflow/logged-models/{model_id}/params", answer: "json" },
  set_logged_model_tags: { method: "PATCH", path: "/api/2.0/mlflow/logged-models/{model_id}/tags", answer: "json" },
  delete_logged_model_tag: { method: "DELETE", path: "/api/2.0/mlflow/logged-models/{model_id}/tags/{tag_key}", answer: "json" },
  get_metric_history: { method: "GET", path: "/api/2.0/mlflow/metrics/get-history", answer: "json" },
  get_metric_history_interval: { method: "GET", path: "/api/2.0/mlflow/metrics/get-history-bulk-interval", answer: "json" },
  create_run: { method: "POST", path: "/api/2.0/mlflow/runs/create", answer: "json" },
  delete_run: { method: "POST", path: "/api/2.0/mlflow/runs/delete", answer: "json" },
  delete_tag: { method: "POST", path: "/api/2.0/mlflow/runs/delete-tag", answer: "json" },
  get_run: { method: "GET", path: "/api/2.0/mlflow/runs/get", answer: "json" },
  log_batch: { method: "POST", path: "/api/2.0/mlflow/runs/log-batch", answer: "json" },
  log_inputs: { method: "POST", path: "/api/2.0/mlflow/runs/log-inputs", answer: "json" },
  log_metric: { method: "POST", path: "/api/2.0/mlflow/runs/log-metric", answer: "json" },
  log_model_json: { method: "POST", path: "/api/2.0/mlflow/runs/log-model", answer: "json" },
  log_param: { method: "POST", path: "/api/2.0/mlflow/runs/log-parameter", answer: "json" },
  log_outputs: { method: "POST", path: "/api/2.0/mlflow/runs/outputs", answer: "json" },
  restore_run: { method: "POST", path: "/api/2.0/mlflow/runs/restore", answer: "json" },
  search_runs: { method: "POST", path: "/api/2.0/mlflow/runs/search", answer: "json" },
  set_tag: { method: "POST", path: "/api/2.0/mlflow/runs/set-tag", answer: "json" },
  update_run: { method: "POST", path: "/api/2.0/mlflow/runs/update", answer: "json" },
  get_server_info: { method: "GET", path: "/api/2.0/mlflow/server-info", answer: "json" },
  describe_dataset: { method: "POST", path: "/api/assay/v1/datasets/describe", answer: "json" },
  list_datasets: { method: "POST", path: "/api/assay/v1/datasets/list", answer: "json" },
  follow_events: { method: "GET", path: "/api/assay/v1/events", answer: "bytes" },
  list_events: { method: "GET", path: "/api/assay/v1/events/list", answer: "json" },
  describe_experiment_activity: { method: "POST", path: "/api/assay/v1/experiments/activity", answer: "json" },
  list_note_versions: { method: "GET", path: "/api/assay/v1/experiments/note-versions", answer: "json" },
  find_anything: { method: "GET", path: "/api/assay/v1/find", answer: "json" },
  get_writer_mark: { method: "GET", path: "/api/assay/v1/ingest/mark", answer: "json" },
  trace_lineage: { method: "POST", path: "/api/assay/v1/lineage", answer: "json" },
  get_metric_buckets: { method: "GET", path: "/api/assay/v1/metrics/buckets", answer: "bytes" },
  get_metric_columns: { method: "GET", path: "/api/assay/v1/metrics/columns", answer: "bytes" },
  list_attempts: { method: "GET", path: "/api/assay/v1/runs/attempts", answer: "json" },
  fetch_run_columns: { method: "POST", path: "/api/assay/v1/runs/columns", answer: "bytes" },
  describe_dependence: { method: "POST", path: "/api/assay/v1/runs/dependence", answer: "json" },
  diff_runs: { method: "POST", path: "/api/assay/v1/runs/diff", answer: "json" },
  get_run_ending: { method: "GET", path: "/api/assay/v1/runs/ending", answer: "json" },
  group_runs: { method: "POST", path: "/api/assay/v1/runs/groups", answer: "json" },
  heartbeat: { method: "POST", path: "/api/assay/v1/runs/heartbeat", answer: "json" },
  fetch_histories: { method: "POST", path: "/api/assay/v1/runs/histories", answer: "bytes" },
  explain_metric: { method: "POST", path: "/api/assay/v1/runs/importance", answer: "json" },
  find_run_keys: { method: "POST", path: "/api/assay/v1/runs/keys", answer: "json" },
  list_media: { method: "GET", path: "/api/assay/v1/runs/media", answer: "json" },
  get_params: { method: "GET", path: "/api/assay/v1/runs/params", answer: "json" },
  query_runs: { method: "POST", path: "/api/assay/v1/runs/query", answer: "json" },
  list_ranks: { method: "GET", path: "/api/assay/v1/runs/ranks", answer: "json" },
  fetch_run_rows: { method: "POST", path: "/api/assay/v1/runs/rows", answer: "bytes" },
  describe_run_columns: { method: "POST", path: "/api/assay/v1/runs/statistics", answer: "json" },
  complete_run_values: { method: "POST", path: "/api/assay/v1/runs/values", answer: "json" },
  query_series: { method: "POST", path: "/api/assay/v1/series/query", answer: "bytes" },
  describe_space: { method: "POST", path: "/api/assay/v1/space", answer: "json" },
  get_state: { method: "GET", path: "/api/assay/v1/states/get", answer: "json" },
  keep_state: { method: "POST", path: "/api/assay/v1/states/keep", answer: "json" },
  get_store_summary: { method: "GET", path: "/api/assay/v1/store", answer: "json" },
  list_trash: { method: "POST", path: "/api/assay/v1/trash/list", answer: "json" },
  purge_trash: { method: "POST", path: "/api/assay/v1/trash/purge", answer: "json" },
  reclaim_space: { method: "POST", path: "/api/assay/v1/trash/reclaim", answer: "json" },
  restore_trash: { method: "POST", path: "/api/assay/v1/trash/restore", answer: "json" },
  get_upload: { method: "GET", path: "/api/assay/v1/uploads/{upload_id}", answer: "json" },
  create_view: { method: "POST", path: "/api/assay/v1/views/create", answer: "json" },
  delete_view: { method: "POST", path: "/api/assay/v1/views/delete", answer: "json" },
  get_view: { method: "GET", path: "/api/assay/v1/views/get", answer: "json" },
  list_views: { method: "GET", path: "/api/assay/v1/views/list", answer: "json" },
  restore_view: { method: "POST", path: "/api/assay/v1/views/restore", answer: "json" },
  update_view: { method: "POST", path: "/api/assay/v1/views/update", answer: "json" },
  list_view_versions: { method: "GET", path: "/api/assay/v1/views/versions", answer: "json" },
  get_artifact: { method: "GET", path: "/get-artifact", answer: "bytes" },
  get_health: { method: "GET", path: "/health", answer: "text" },
  get_version: { method: "GET", path: "/version", answer: "text" },
} as const satisfies Record<keyof Endpoints, { method: string; path: string; answer: "json" | "text" | "bytes" }>;
