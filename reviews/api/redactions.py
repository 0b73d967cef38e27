from rest_framework.views import APIView


class Redact(APIView):
    pass
