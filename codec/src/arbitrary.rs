//! Valid packets out of unstructured bytes, for fuzz targets.
