"""Small functions of C, each written into a file if the model needs it."""

HELPERS = {
    "sigmoid": """
static float sigmoid(float s) { return 1.0f / (1.0f + expf(-s)); }
""",
    "softplus": """
static float softplus(float s) { return fmaxf(s, 0.0f) + log1pf(expf(-fabsf(s))); }
""",
    "matmul": """
static void matmul(const float *x, int rows, const float *matrix, int columns, float *y)
{
    for (int k = 0; k < columns; k++) y[k] = 0.0f;
    for (int j = 0; j < rows; j++)
        for (int k = 0; k < columns; k++) y[k] += x[j] * matrix[j * columns + k];
}
""",
    "pick": """
static void pick(const float *x, const int *places, int width, float *y)
{
    for (int k = 0; k < width; k++) y[k] = x[places[k]];
}
""",
    "normalize": """
static void normalize(const float *x, int width, float epsilon, float *y)
{
    float mean = 0.0f, variance = 0.0f;
    for (int k = 0; k < width; k++) mean += x[k] / (float)width;
    for (int k = 0; k < width; k++) y[k] = x[k] - mean;
    for (int k = 0; k < width; k++) variance += y[k] * y[k] / (float)width;
    for (int k = 0; k < width; k++) y[k] /= sqrtf(variance + epsilon);
}
""",
    "softmax": """
static void softmax(const float *x, int width, float *y)
{
    float largest = x[0], sum = 0.0f;
    for (int k = 1; k < width; k++) largest = fmaxf(largest, x[k]);
    for (int k = 0; k < width; k++) sum += y[k] = expf(x[k] - largest);
    for (int k = 0; k < width; k++) y[k] /= sum;
}
""",
}
