"""Which names a person knows: a story that meets at python or openssl reads better than one at an inner library."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from envdoctor.model.names import PackageName

_KNOWN = {
    name: rank
    for rank, names in enumerate(
        (
            ("python",),
            ("numpy", "cuda-version", "openssl", "icu", "hdf5", "libprotobuf", "libabseil", "proj", "geos", "qt-main"),
            ("libboost", "libgdal", "libgdal-core", "ffmpeg", "libarrow", "libnetcdf", "lz4-c", "libzlib", "zlib"),
            ("protobuf", "pandas", "scipy", "pytorch", "r-base", "boost-cpp", "qt6-main", "qt", "jpeg", "libtiff"),
        )
    )
    for name in names
}
_HELPERS = ("python_abi", "_libgcc_mutex", "_openmp_mutex", "python_impl", "python-gil", "_python_abi3_support")


def obscurity(name: PackageName) -> int:
    """Return how little a name tells a person, from 0 (python) upwards."""
    if name in _HELPERS or (name.startswith("_") and not name.startswith("__")):
        return 9
    if name.startswith("__"):
        return 1
    return _KNOWN.get(name, 5)
