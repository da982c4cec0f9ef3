"""The metadata that filing's tables hang on."""

from sqlalchemy.orm import DeclarativeBase

from common.db import TYPES, service_metadata


class Base(DeclarativeBase):
    """Base of filing's own tables."""

    metadata = service_metadata()
    type_annotation_map = TYPES
