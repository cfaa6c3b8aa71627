"""The verbs in the order of the help. A new one is a module and a line here."""

from rfa_model.cli import (
    anatomy,
    animate,
    bench,
    clean,
    compare,
    export,
    figures,
    listing,
    mesh,
    report,
    run,
    schema,
    study,
    validate,
    verify,
    view,
)

VERBS = (
    run.VERB,
    validate.VERB,
    anatomy.VERB,
    listing.VERB,
    schema.VERB,
    mesh.VERB,
    compare.VERB,
    report.VERB,
    export.VERB,
    animate.VERB,
    view.VERB,
    figures.VERB,
    verify.VERB,
    bench.VERB,
    study.VERB,
    clean.VERB,
)
