"""Static files under hashed names, so that a browser keeps them for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # no types
    # ES modules import each other by name: those names must be hashed as well.
    support_js_module_import_aggregation = True
