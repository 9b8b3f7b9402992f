"""The graph on the web: pages for people, data for machines, a SPARQL endpoint for both."""
