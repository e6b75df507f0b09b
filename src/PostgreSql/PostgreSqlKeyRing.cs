using System.Xml.Linq;
using ForgeOrleans.Hosting;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Npgsql;

namespace ForgeOrleans.PostgreSql;

/// <summary>
/// The keys of ASP.NET data protection, in a table that all processes of a cluster share. Two processes that start at once may both make
/// a key: each finds the other's too, so what one encrypts the other decrypts.
/// </summary>
/// <param name="dataSource">The pool, as <see cref="PostgreSqlDataSource"/> makes it.</param>
public sealed class PostgreSqlKeyRing(NpgsqlDataSource dataSource) : IXmlRepository
{
    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        try
        {
            using var command = dataSource.CreateCommand("SELECT xml FROM forge_key ORDER BY id");
            using var reader = command.ExecuteReader();
            var elements = new List<XElement>();
            while (reader.Read())
                elements.Add(XElement.Parse(reader.GetString(0)));
            return elements;
        }
        catch (Exception e) when (StorageErrors.IsStorageError(e))
        {
            throw new StorageUnavailableException("The encryption keys could not be read. Try again later.", e);
        }
    }

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        try
        {
            using var command = dataSource.CreateCommand("INSERT INTO forge_key (name, xml) VALUES ($1, $2)");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = friendlyName });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = element.ToString(SaveOptions.DisableFormatting) });
            command.ExecuteNonQuery();
        }
        catch (Exception e) when (StorageErrors.IsStorageError(e))
        {
            throw new StorageUnavailableException("An encryption key could not be stored. Try again later.", e);
        }
    }
}
