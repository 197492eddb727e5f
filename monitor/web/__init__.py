"""The pages: read the request, ask the store, show the answer."""
