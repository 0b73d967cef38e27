from rest_framework.views import APIView


class Interactions(APIView):
    pass


class OneInteraction(APIView):
    pass
