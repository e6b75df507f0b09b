-- The keys of ASP.NET data protection.
CREATE TABLE forge_key (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    xml text NOT NULL);
