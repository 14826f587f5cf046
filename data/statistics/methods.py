"""The codes by which results name their method. Each has its row in docs/statistics.md, and its words where it is shown."""

from __future__ import annotations

from enum import StrEnum


class Method(StrEnum):
    WILSON = "wilson"
    CLUSTERED_WILSON = "clustered_wilson"
    T = "t"
    CLUSTERED_T = "clustered_t"
    BONETT_PRICE = "bonett_price"
    PAIRED_T = "paired_t"
    PAIRED_CLUSTERED_T = "paired_clustered_t"
    MCNEMAR_EXACT = "mcnemar_exact"
    MCNEMAR_CHI2 = "mcnemar_chi2"
    SIGN_FLIP = "sign_flip"
    DELONG = "delong"
    AUC_NEWCOMBE = "auc_newcombe"
    """Where DeLong's variance is 0."""
    LOGGED = "logged_stderr"
    """Value ± z times the standard error that the log has, for want of samples."""
    CONSTANT = "constant"
    """All scores, differences or clusters are equal: no spread is seen, hence no interval."""
    NONE = ""
    """Too little for any result."""
