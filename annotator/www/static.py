"""Static files under hashed names, so that a browser keeps them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    # ES modules import each other by name: those names must be hashed as well.
    support_js_module_import_aggregation = True
    # A name depends on those that its module imports, and so on: one pass for each step of the way.
    max_post_process_passes = 30
