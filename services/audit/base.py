"""The metadata that audit's tables hang on."""

from sqlalchemy.orm import DeclarativeBase

from common.db import TYPES, service_metadata


class Base(DeclarativeBase):
    metadata = service_metadata()
    type_annotation_map = TYPES
