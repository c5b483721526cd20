"""Files of other kinds that are taken for environment files: told by what they hold."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from envdoctor.environment.quoting import quote
from envdoctor.environment.yaml_document import Scalar, kind_of

if TYPE_CHECKING:
    from envdoctor.environment.yaml_document import Mapping, Node

_KINDS = (
    ({"version", "metadata", "package"}, "a lock file of conda-lock"),
    ({"version", "environments", "packages"}, "a lock file of pixi"),
    ({"env_specs"}, "a file of anaconda-project"),
    ({"conda_forge_output_validation"}, "a configuration of conda-forge (conda-forge.yml)"),
    ({"services"}, "a file of docker compose"),
    ({"package", "requirements"}, "a recipe of conda-build"),
    ({"$schema", "type"}, "a file of Azure Machine Learning"),
    ({"jobs", "on"}, "a workflow of GitHub Actions"),
    ({"channel_priority"}, "a configuration of conda (.condarc)"),
    ({"channel_alias"}, "a configuration of conda (.condarc)"),
)


def of_root(root: Node) -> str:
    """Return the sentence for a document that is no mapping."""
    if isinstance(root, Scalar):
        return (
            f"the file holds only the text {quote(root.text, 60)}, but an environment file has keys "
            "such as `dependencies:`; add one"
        )
    return f"the file holds {kind_of(root)}, but an environment file has keys; write `dependencies:` above the list"


def without_dependencies(root: Mapping) -> str:
    """Return the sentence for a mapping without the key `dependencies`."""
    keys = [entry.key.text for entry in root.entries]
    for marks, what in _KINDS:
        if marks <= set(keys):
            return f"there is no `dependencies:` list; by its keys this is {what}, not an environment file"
    near = difflib.get_close_matches("dependencies", keys, n=1, cutoff=0.7)
    if near:
        return f"there is no `dependencies:` list, but a key {quote(near[0], 30)}; rename it to `dependencies`"
    shown = ", ".join(quote(key, 30) for key in keys[:5]) + (", …" if len(keys) > 5 else "")  # noqa: PLR2004
    return f"there is no `dependencies:` list (found {shown or 'nothing'}); add one, or give the file that has it"
