from rest_framework.views import APIView


class Imports(APIView):
    pass
