"""Code written for MLflow; only the import has changed."""

import assay as mlflow

mlflow.set_experiment("example-from-mlflow")

with mlflow.start_run(tags={"team": "vision"}) as run:
    mlflow.log_params({"alpha": 0.5, "l1_ratio": 0.1})
    mlflow.log_metrics({"rmse": 0.78, "mae": 0.6}, step=1)
    mlflow.log_dict({"features": ["age", "height"]}, "features.json")

client = mlflow.MlflowClient()
print(client.get_run(run.info.run_id).data.metrics)
print([file.path for file in client.list_artifacts(run.info.run_id)])
print(mlflow.search_runs(order_by=["metrics.rmse ASC"])["run_id"].tolist())
