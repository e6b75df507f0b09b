using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ForgeOrleans.Emulator.Hosting;

/// <summary><c>GET /openapi.json</c>: the emulator's own routes; what stands in for Atlassian's APIs is documented by Atlassian.</summary>
internal static class OpenApiDocument
{
    public const string Path = "/openapi.json";

    public static void AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "ForgeOrleans emulator",
                Version = "1",
                Description = "The Forge platform for a laptop: its sites, what it sends to remotes, and what goes wrong on demand.",
            };
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, _, _) =>
        {
            // Numbers are read from texts too, which is no reason to write them so.
            if (schema.Type is { } type && (type & (JsonSchemaType.Integer | JsonSchemaType.Number)) is not 0)
            {
                (schema.Type, schema.Pattern) = (type & ~JsonSchemaType.String, null);
            }

            return Task.CompletedTask;
        });
    });

    public static void MapOpenApiDocument(this IEndpointRouteBuilder routes) => routes.MapOpenApi(Path);
}
