"""bench: ecodip and its peers side by side, on the same input and in one run.

The layers, each using only those above it::

    words        invented names
    world        places, actors and posts, described in an authority file
    article      one document: its text, its annotation, its description
    chapters     what an article tells: missions, agreements, figures, …
    corpus       many articles: as layers of a given size, or as a project folder
"""
