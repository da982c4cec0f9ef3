"""The national classification of occupations (职业分类大典, 2022 edition), to look codes up in."""
