"""A grid over two parameters: one run for the study, one nested run for each trial."""

from itertools import product

from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

import assay

features, labels = load_digits(return_X_y=True)
train_x, test_x, train_y, test_y = train_test_split(features / 16, labels, random_state=0)
data = assay.data.from_numpy(
    train_x, targets=train_y, name="digits", source="sklearn.datasets.load_digits"
)

assay.set_experiment("example-grid-search")
with assay.start_run(run_name="svm") as study:
    assay.log_input(data, context="train")

    for penalty, width in product((0.1, 1, 10), (0.01, 0.1)):
        with assay.start_run(run_name=f"C={penalty} gamma={width}", nested=True):
            assay.log_params({"C": penalty, "gamma": width})
            model = SVC(C=penalty, gamma=width).fit(train_x, train_y)
            assay.log_metric("accuracy", model.score(test_x, test_y))

    trials = assay.search_runs(
        filter_string=f"tags.`mlflow.parentRunId` = '{study.info.run_id}'",
        order_by=["metrics.accuracy DESC"],
    )
    figure = Figure()
    axes = figure.add_subplot()
    for width, group in trials.groupby("params.gamma"):
        rows = group.sort_values("params.C")
        axes.plot(rows["params.C"], rows["metrics.accuracy"], marker="o", label=f"gamma {width}")
    axes.set_xlabel("C")
    axes.set_ylabel("accuracy")
    axes.legend()
    assay.log_figure(figure, "accuracy.png")
    assay.set_tag("best_run_id", trials["run_id"][0])

print(trials[["params.C", "params.gamma", "metrics.accuracy"]].to_string(index=False))
