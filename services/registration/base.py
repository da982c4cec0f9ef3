"""The metadata that registration's tables hang on."""

from sqlalchemy.orm import DeclarativeBase

from common.db import TYPES, service_metadata


class Base(DeclarativeBase):
    """Base of registration's own tables."""

    metadata = service_metadata()
    type_annotation_map = TYPES
