"""A model field whose text is sealed in the database and plain in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import IsNull, Lookup

from denghuo.platform.crypto import KEY_ID_BYTES, VERSION, open_sealed, seal

if TYPE_CHECKING:
    from django.db.models.sql.compiler import SQLCompiler

    _BytesLookup = Lookup[bytes]
    _TextField = models.TextField
else:  # neither takes parameters at run time
    _BytesLookup = Lookup

    class _TextField(models.TextField):
        """Bears the type parameters that only the type checker reads."""

        def __class_getitem__(cls, _parameters: object) -> type:
            return cls


_Set = TypeVar("_Set")
_Get = TypeVar("_Get")


class SealedTextField(_TextField[_Set, _Get]):
    """Text sealed under the current identity key, bound to its model and field.

    Stored as bytes; can be searched for null only, because the same text is sealed
    differently each time. To find or to make unique, keep ``lookup_digest`` beside it.
    Pass ``domain`` to keep old values readable after a model or field is renamed.
    """

    description = "Text sealed with AES-256-GCM"

    def __init__(self, *args: Any, domain: str | None = None, **kwargs: Any) -> None:
        self._domain = domain
        super().__init__(*args, **kwargs)

    @property
    def domain(self) -> str:
        """What the value is bound to: ``people.person.phone``."""
        return self._domain or f"{self.model._meta.label_lower}.{self.attname}"  # noqa: SLF001  Django's public _meta

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self._domain:
            kwargs["domain"] = self._domain
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_db_prep_value(
        self,
        value: Any,
        connection: Any,
        prepared: bool = False,  # noqa: FBT001, FBT002, RUF100  Django's signature
    ) -> Any:
        value = value if prepared else self.get_prep_value(value)
        if value is None:
            return None
        return connection.Database.Binary(seal(value, domain=self.domain))

    def from_db_value(
        self, value: bytes | memoryview | None, _expression: Any, _connection: Any
    ) -> str | None:
        return None if value is None else open_sealed(bytes(value), domain=self.domain)

    def get_lookup(self, lookup_name: str) -> type[Lookup[Any]] | None:
        """Only what makes sense on sealed text; all else would quietly find nothing."""
        return self._lookups.get(lookup_name)

    def value_to_string(self, obj: models.Model) -> str:  # noqa: ARG002  Django's signature
        """Refused: Django's dump would write the text in clear into a file."""
        raise TypeError(f"{self.domain} is sealed; copy data with: denghuo backup")

    _lookups: ClassVar[dict[str, type[Lookup[Any]]]]


class SealedUnder(_BytesLookup):
    """``phone__sealed_under=key_id``: rows whose value that key sealed."""

    lookup_name = "sealed_under"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (connection.Database.Binary(value),)

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        column, column_params = self.process_lhs(compiler, connection)
        value, value_params = self.process_rhs(compiler, connection)
        # Both databases count from 1 and cut bytes, not characters, out of bytes.
        place = f"substr({column}, {len(VERSION) + 1}, {KEY_ID_BYTES}) = {value}"
        return place, (*column_params, *value_params)


SealedTextField._lookups = {"isnull": IsNull, "sealed_under": SealedUnder}  # noqa: SLF001  ours
