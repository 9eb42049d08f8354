// Names of what is shown.

export const ERRORS = {
  icl: { symbol: "e_ICL", name: "error on new tasks" },
  idg: { symbol: "e_IDG", name: "error on pretraining tasks" },
  gap: { symbol: "g_task", name: "task-generalisation gap" },
  train: { symbol: "e_train", name: "training error" },
};

/** The four terms of e_ICL, in the order in which they are stacked. */
export const TERMS = [
  { name: "noise", label: "label noise", why: "no predictor foresees the noise of a label" },
  { name: "bias", label: "bias", why: "a new task has directions that pretraining did not teach" },
  { name: "context_variance", label: "context variance", why: "a context of finite length leaves the task uncertain" },
  {
    name: "pretraining_variance",
    label: "pretraining variance",
    why: "weights fitted to finitely many sequences carry their noise",
  },
];
