"""The API's operations. A handler parses the request, calls the domain and makes a response."""
